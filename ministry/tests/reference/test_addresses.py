from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from ministry.reference.addresses import AddressRange, parse_ip_ranges


@pytest.mark.parametrize(
    ("typed", "ranges"),
    [
        ("8.8.8.8", ["8.8.8.8"]),
        ("8.8.8.8-8.8.8.8", ["8.8.8.8"]),
        (" 8.8.8.8 - 8.8.9.9 ", ["8.8.8.8-8.8.9.9"]),
        ("8.8.8.8–8.8.9.9", ["8.8.8.8-8.8.9.9"]),
        ("８.８.８.８－８.８.９.９", ["8.8.8.8-8.8.9.9"]),
        ("1.2.3.4;1.2.3.6；1.2.3.8,1.2.3.10，1.2.3.12、1.2.3.14", [f"1.2.3.{n}" for n in range(4, 16, 2)]),
        ("1.2.3.4\r\n1.2.3.5\n\n2400:3200::1\n", ["1.2.3.4", "1.2.3.5", "2400:3200::1"]),
        ("2400:3200:0::1-2400:3200::FFFF", ["2400:3200::1-2400:3200::ffff"]),
        ("9.255.255.255;11.0.0.0", ["9.255.255.255", "11.0.0.0"]),
        ("\n".join(f"1.2.3.{n}" for n in range(100)), [f"1.2.3.{n}" for n in range(100)]),
    ],
)
def test_addresses_and_ranges_are_read_in_their_order(typed, ranges):
    assert [str(found) for found in parse_ip_ranges(typed)] == ranges


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "required"),
        ("", "required"),
        (" ;\n； ", "required"),
        ("8.8.8.8\0", "invisible"),
        ("8.8.8.8;" * 10_000, "too_long"),
        (";".join(f"1.2.3.{n}" for n in range(101)), "too_many"),
        ("8.8.8", "invalid"),
        ("8.8.8.256", "invalid"),
        ("08.8.8.8", "invalid"),
        ("8.8.8.8-", "invalid"),
        ("-8.8.8.8", "invalid"),
        ("8.8.8.8-8.8.8.9-8.8.8.10", "invalid"),
        ("8.8.8.8 8.8.8.9", "invalid"),
        ("134744072", "invalid"),
        ("٨.٨.٨.٨", "invalid"),
        ("2400:3200::1%eth0", "invalid"),
        ("example.com", "invalid"),
        ("http://8.8.8.8/", "invalid"),
        ("😀", "invalid"),
        ("8.8.8.0/24", "network"),
        ("8.8.8.8-2400:3200::1", "family"),
        ("8.8.8.9-8.8.8.8", "order"),
        ("8.8.8.8;8.8.8.8", "overlap"),
        ("8.8.8.8;8.8.8.0-8.8.8.255", "overlap"),
        ("8.8.8.0-8.8.8.9;1.1.1.1;8.8.8.9-8.8.8.20", "overlap"),
        ("2400:3200::1;2400:3200::-2400:3200::f", "overlap"),
    ],
)
def test_anything_else_is_refused_for_its_reason(text, code):
    with pytest.raises(ValidationError) as refusal:
        parse_ip_ranges(text)

    assert refusal.value.code == code
    assert refusal.value.messages


@pytest.mark.parametrize(
    "piece",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.1.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "9.0.0.0-11.0.0.0",
        "::",
        "::1",
        "::ffff:8.8.8.8",
        "fc00::1",
        "fe80::1",
        "ff02::1",
        "2001:db8::1",
        "2002:808:808::1",
        "2400::-8000::",
    ],
)
def test_what_is_not_public_is_refused_by_name(piece):
    with pytest.raises(ValidationError) as refusal:
        parse_ip_ranges(f"8.8.8.8;{piece}")

    assert refusal.value.code == "not_public"
    assert refusal.value.messages[0].startswith(f"{piece} is not public")


@pytest.mark.parametrize(
    ("text", "piece"),
    [("8.8.8.8;oops", "oops"), ("1.1.1.1,8.8.8.9-8.8.8.8", "8.8.8.9-8.8.8.8"), ("x" * 99, "x" * 60 + "…")],
)
def test_a_message_names_the_offending_piece(text, piece):
    with pytest.raises(ValidationError) as refusal:
        parse_ip_ranges(text)

    assert refusal.value.messages[0].startswith(f"{piece} ")


def test_a_network_is_told_as_a_range():
    with pytest.raises(ValidationError) as refusal:
        parse_ip_ranges("8.8.8.7/30")

    assert refusal.value.messages == ["Write the network 8.8.8.7/30 as a range: 8.8.8.4-8.8.8.7."]


public_v4 = st.integers(min_value=int(IPv4Address("1.0.0.0")), max_value=int(IPv4Address("9.255.255.255")))
public_v6 = st.integers(min_value=int(IPv6Address("2400::")), max_value=int(IPv6Address("2fff::")))
ranges = st.builds(
    lambda ends: AddressRange(*sorted(ends)),
    st.tuples(public_v4, public_v4).map(lambda ends: tuple(map(IPv4Address, ends)))
    | st.tuples(public_v6, public_v6).map(lambda ends: tuple(map(IPv6Address, ends))),
)


@given(ranges)
def test_a_range_survives_printing_and_reading(found):
    assert parse_ip_ranges(str(found)) == (found,)


@given(st.text(max_size=60) | st.text(alphabet="0123456789.:-;/ \n", max_size=60))
def test_reading_raises_nothing_but_validation_errors(text):
    with suppress(ValidationError):
        parse_ip_ranges(text)


# --- Published addresses, and the edges of what is public ---------------------------------------------------

V6_END = ":ffff" * 6


@pytest.mark.parametrize(
    "address",
    [
        "114.114.114.114",
        "223.5.5.5",
        "119.29.29.29",
        "180.76.76.76",
        "1.2.4.8",
        "210.2.4.8",
        "8.8.8.8",
        "2400:3200::1",
        "2400:da00::6666",
        "240c::6666",
        "2001:dc7:1000::1",
    ],
)
def test_published_name_servers_have_public_addresses(address):
    assert [str(found) for found in parse_ip_ranges(address)] == [address]


# The last public address before a network that is not, its first, its last, the first public one after it.
EDGES = [
    ("", "0.0.0.0", "0.255.255.255", "1.0.0.0"),
    ("9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"),
    ("100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"),
    ("126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"),
    ("169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"),
    ("172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"),
    ("191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"),
    ("192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"),
    ("192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"),
    ("192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"),
    ("198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"),
    ("198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"),
    ("203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"),
    ("223.255.255.255", "224.0.0.0", "255.255.255.255", ""),
    ("", "::", f"1fff:ffff{V6_END}", "2000::"),
    (f"2000:ffff{V6_END}", "2001::", f"2001:1ff{V6_END}", "2001:200::"),
    (f"2001:db7{V6_END}", "2001:db8::", f"2001:db8{V6_END}", "2001:db9::"),
    (f"2001:ffff{V6_END}", "2002::", f"2002:ffff{V6_END}", "2003::"),
    (f"3ffe:ffff{V6_END}", "3fff::", f"3fff:fff{V6_END}", "3fff:1000::"),
    (f"3fff:ffff{V6_END}", "4000::", f"ffff:ffff{V6_END}", ""),
]


def is_public(piece: str) -> bool:
    try:
        parse_ip_ranges(piece)
    except ValidationError as error:
        return error.code != "not_public"
    return True


@pytest.mark.parametrize(("before", "first", "last", "after"), EDGES, ids=[edge[1] for edge in EDGES])
def test_what_is_public_ends_at_the_edge(before, first, last, after):
    assert [is_public(edge) for edge in (before, first, last, after) if edge] == [
        public for edge, public in ((before, True), (first, False), (last, False), (after, True)) if edge
    ]
    ranges = [f"{first}-{last}", *([f"{before}-{first}"] if before else []), *([f"{last}-{after}"] if after else [])]
    assert [piece for piece in ranges if is_public(piece)] == []


@given(ranges)
def test_a_range_meets_its_own_ends_and_not_the_address_beside_it(found):
    for end in {found.start, found.end}:
        with pytest.raises(ValidationError) as refusal:
            parse_ip_ranges(f"{found};{end}")
        assert refusal.value.code == "overlap"
    assume(is_public(str(found.end + 1)))
    assert parse_ip_ranges(f"{found};{found.end + 1}") == (found, AddressRange(found.end + 1, found.end + 1))
