"""The schemas: the samples conform, limits hold at their edges, and the defects of V3.0 are where they were found."""

import pytest
from lxml import etree

from interchange import schemas
from interchange.messages.shapes import records_of, shape_of
from interchange.tests.messages.samples import DATA, FILES, FOLDER, SMALLEST, message_of


def tree_of(name):
    return etree.parse(FOLDER / name, etree.XMLParser(remove_blank_text=True)).getroot()


def is_valid(root, message, *, lenient=False):
    return schemas.first_error(schemas.schema_of(message, lenient=lenient), root) is None


def with_text(name, path, text):
    """Return a sample with another text at the first element of a path."""
    root = tree_of(name)
    root.find(f".//{path}").text = text
    return root


# --- The samples --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", DATA, ids=lambda file: file.stem)
@pytest.mark.parametrize("lenient", [False, True], ids=["strict", "lenient"])
def test_a_sample_conforms(file, lenient):
    assert is_valid(tree_of(file.name), message_of(file.stem), lenient=lenient)


@pytest.mark.parametrize("operation", schemas.OPERATIONS)
def test_a_sample_of_a_return_conforms_to_the_lenient_schema(operation):
    assert is_valid(tree_of(f"return_{operation}.xml"), operation, lenient=True)


def test_there_is_a_sample_of_every_kind():
    upload, download = shape_of(schemas.UPLOAD), shape_of(schemas.DOWNLOAD)
    kinds = [
        *(f"upload_{family}_{kind}" for family, inside in upload.children.items() for kind in inside.children),
        *(f"download_{family}_{kind}" for family in ("ICP", "IP", "YM") for kind in download.children[family].children),
        *(f"download_SJTB_{family}" for family in download.children["SJTB"].children),
        "download_JCDM",
    ]

    found = {file.stem for file in DATA}
    assert found == {kind.lower() for kind in kinds if not kind.endswith("Qqdwid")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_sample_is_gbk_and_says_so(file):
    assert file.read_bytes().decode("gbk").startswith('<?xml version="1.0" encoding="GBK"?>\n<!-- 样例')


# --- Completeness -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("message", "elements", "names"), [("UploadData", 541, 175), ("DownloadData", 807, 254)])
def test_there_are_as_many_elements_as_in_the_official_schemas(message, elements, names):
    found = []

    def walk(shape):
        found.append(shape.name)
        for child in shape.children.values():
            walk(child)

    walk(shape_of(message))
    assert (len(found), len(set(found))) == (elements, names)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_elements_have_an_order(file):
    """Swap each two neighbours of different names in turn."""
    for place in range(len([*tree_of(file.name).iter(etree.Element)])):
        root = tree_of(file.name)
        element = [*root.iter(etree.Element)][place]
        following = element.getnext()
        if following is not None and following.tag != element.tag:
            element.addprevious(following)
            assert not is_valid(root, message_of(file.stem), lenient=True), f"{following.tag} before {element.tag}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_another_element_or_attribute_is_refused_anywhere(file):
    for place in range(len([*tree_of(file.name).iter(etree.Element)])):
        root, other = tree_of(file.name), tree_of(file.name)
        etree.SubElement([*root.iter(etree.Element)][place], "Other")
        [*other.iter(etree.Element)][place].set("other", "1")
        assert not is_valid(root, message_of(file.stem), lenient=True)
        assert not is_valid(other, message_of(file.stem), lenient=True)


def test_a_type_can_not_be_replaced():
    root = tree_of("upload_icp_xzba.xml")
    root.find(".//Zj").set("{http://www.w3.org/2001/XMLSchema-instance}type", "ChangedCertificate")

    assert not is_valid(root, schemas.UPLOAD)


@pytest.mark.parametrize("message", ["UploadData", "DownloadData"])
def test_names_differ_by_more_than_case_so_that_a_lenient_reader_knows_them(message):
    def walk(shape):
        assert len({name.lower() for name in shape.children}) == len(shape.children)
        for child in shape.children.values():
            walk(child)

    walk(shape_of(message))


def test_the_records_of_an_upload_are_what_repeats_first():
    icp = [path for path in records_of(shape_of(schemas.UPLOAD)) if path.startswith("ICP")]

    assert icp == [
        "ICP/XZBA/Baxx",
        "ICP/XZWZ/Xzxx",
        "ICP/XZJR/Xzxx",
        "ICP/BGBA/Bgxx",
        "ICP/HSJG/Hsjgxx",
        "ICP/WBACLJG/Clxx",
        "ICP/ZXBA/Zx_xx",
        "ICP/XZHYD/Fjxx",
    ]


# --- Limits -------------------------------------------------------------------------------------------------

IP = (1, 4294967295)
# (sample, element, shortest, longest text or None)
TEXTS = [
    *[("upload_icp_xzba", f"Zt_xx/{name}", 1, most) for name, most in (("Dwmc", 255), ("Tzr", 255), ("Bz", 1024))],
    *[("upload_icp_xzba", f"Zt_xx/{name}", 1, most) for name, most in (("Txdz/Xxdz", 1024), ("Zj/Zjhm", 255))],
    *[("upload_icp_xzba", f"Zt_xx/{name}", 1, most) for name, most in (("Zj/Zjzs", 1024), ("Fzr/Fzr_xm", 128))],
    *[("upload_icp_xzba", f"Zt_xx/Fzr/{name}", 11, 128) for name in ("Fzr_dhhm", "Fzr_sjhm")],
    *[("upload_icp_xzba", f"Wz_Fzr/{name}", 6, 128) for name in ("Fzr_dzyj", "Msn")],
    ("upload_icp_xzba", "Wz_Fzr/Qq", 5, 128),
    ("upload_icp_xzba", "Wz_Fzr/Fzr_zjhm", 1, 128),
    ("upload_icp_xzba", "Wz_xx/Wzmc", 1, 512),
    ("upload_icp_xzba", "Nrlx_xx/Qzsph", 1, 512),
    ("upload_icp_xzba", "Nrlx_xx/Spwj", 1, None),
    ("upload_icp_xzba", "Ym_xx/Ym", 4, 128),
    ("upload_icp_xzba", "Wz_xx/Syurl", 4, 255),
    ("upload_icp_xzba", "Wz_xx/Wz_Bz", 1, 1024),
    ("upload_icp_xzba", "Fjxx/Fjnr", 1, None),
    ("upload_icp_xzba", "Fjxx/Bz", 1, 256),
    ("upload_icp_xzwz", "Zt_xx/Ztbah", 1, 128),
    ("upload_icp_xzwz", "Wz_xx/Syurl", 4, 512),
    ("upload_icp_xzwz", "Xzxx/ICPmm", 1, 32),
    ("upload_icp_xzwz", "Ssdxbs/Baxh", 1, 128),
    ("upload_icp_xzjr", "Wz_xx/Wzbah", 1, 128),
    ("upload_icp_xzjr", "Xzxx/ICPmm", 1, 32),
    ("upload_icp_bgba", "Zt_xx/Baxh", 1, 128),
    ("upload_icp_bgba", "Wz_xx/Baxh", 1, 128),
    ("upload_icp_bgba", "Wz_xx/Syurl", 4, 255),
    ("upload_icp_bgba", "Wz_xx/Wz_Bz", 0, None),
    ("upload_icp_hsjg", "Hsjgxx/Hsrxm", 1, 128),
    ("upload_icp_hsjg", "Hsjgxx/Hssj", 10, 10),
    ("upload_icp_hsjg", "Hsjgxx/Hsyj", 1, 1024),
    ("upload_icp_hsjg", "Hsjgxx/Cwxx", 1, 4000),
    ("upload_icp_hsjg", "Fzr/sjhm", 11, 128),
    *[("upload_icp_wbacljg", f"Clxx/{name}", 10, 10) for name in ("Rbsj", "Clsx")],
    ("upload_icp_wbacljg", "Clxx/Clyj", 1, 255),
    ("upload_icp_wbacljg", "Clxx/Sbrxm", 1, 128),
    ("upload_icp_wbacljg", "Clxx/Sbrdh", 11, 128),
    ("upload_icp_wbacljg", "Clxx/Sbrdzyj", 6, 128),
    ("upload_icp_zxba", "Zx_xx/Zxlybz", 1, 1000),
    ("upload_ip_xzba", "Ly/Bz", 1, 512),
    *[("upload_ip_xzba", f"Fpsy/{name}", 1, most) for name, most in (("Xxdz", 512), ("Lxrxm", 20))],
    *[("upload_ip_xzba", f"Zdxx/{name}", least, 255) for name, least in (("Lxrdh", 11), ("Lxrdzyj", 6))],
    ("upload_ip_xzba", "Zdxx/Fprq", 10, 10),
    *[("upload_ym_xzba", f"Xzxx/{name}", least, most) for name, least, most in (("Ym", 4, 255), ("Ym_zcs", 1, 500))],
    ("upload_ym_xzba", "Xzxx/Ym_fwq", 4, 255),
    *[("download_icp_basj", f"Zt_xx/{name}", 10, 22) for name in ("Scbbsj", "Zjxgsj")],
    ("download_icp_basj", "Zj/Zjhm", 1, 128),
    ("download_icp_bajg", "Jgxx/Dmms", 1, 255),
    ("download_icp_bajg", "Jg_xx/Bs", 1, 255),
    ("download_icp_bajg", "Gjsh/Shyj", 1, 1024),
    ("download_icp_hcjg", "Jrhc/Wz_Baxh", 5, 255),
    ("download_icp_xgtz", "Tzxx/Tznr", 1, 255),
]
# (sample, element, least, most or None)
NUMBERS = [
    ("upload_icp_xzba", "Zt_xx/IspZtid", 1, None),
    ("upload_icp_xzba", "Zt_xx/Dwxz", 1, 999),
    ("upload_icp_xzba", "Zj/Zjlx", 1, 999),
    ("upload_icp_xzba", "Zt_xx/Bbfs", 0, 1),
    ("upload_icp_xzba", "Txdz/Shengid", 100000, None),
    *[("upload_icp_xzba", f"Wz_xx//{name}", 1, 64) for name in ("Nrlx_id", "Fwnr_id", "Yylb_id", "Fbdd", "Jrfs")],
    *[("upload_icp_xzba", f"Ip_xx/{name}", *IP) for name in ("Qsip", "Zzip")],
    ("upload_icp_xzba", "Fjssdx/Ssdxlx", 1, 10),
    ("upload_icp_hsjg", "Hsjgxx/Hsjg", 0, 1),
    ("upload_icp_wbacljg", "Clxx/IP", *IP),
    ("upload_icp_wbacljg", "Clxx/Cljg", 1, 999),
    ("upload_icp_zxba", "Zx_xx/Zxlb", 0, 2),
    ("upload_icp_zxba", "Zx_xx/Zxly", 1, 999),
    ("upload_icp_zxba", "ICP/Qqdwid", 1, None),
    *[("upload_ip_xzba", f"Fpsy/{name}", 0, 4294967295) for name in ("Qsip", "Zzip")],
    *[("upload_ip_xzba", f"Fpsy/{name}", 1, most) for name, most in (("Fpfs", 4), ("Syfs", 3))],
    *[("upload_ip_xzba", f"Zdxx/{name}", 0, 1) for name in ("Sfymtz", "Ly_dwlx")],
    ("download_icp_basj", "Zt_xx/Bbyhlx", 0, 1),
    ("download_icp_hmdlb", "Zthmdxxs/Czlx", 0, 2),
    ("download_icp_bajg", "Gjsh/Shjg", 0, 1),
    ("download_icp_hcjg", "Jrhc/Hcjg", 1, 2),
    ("download_icp_hcjg", "Kkwzhc/Hcjg", 0, 1),
    ("download_icp_xgtz", "Tzxx/Tzlb", 0, 1),
    ("download_ip_bajg", "Lyjg/Czlx", 1, 3),
    ("download_ip_hcjg", "Yj/Yjlx", 1, 2),
    ("download_ym_bajg", "Jg_xx/Czlx", 1, 3),
    ("download_jcdm", "Qy_xx/Lx", 1, 3),
    ("download_jcdm", "Bbdw/Sfyx", 0, 1),
]


def edges_hold(sample, path, good, bad):
    name, message = f"{sample}.xml", message_of(sample)
    for lenient in (False, True):
        assert [is_valid(with_text(name, path, text), message, lenient=lenient) for text in good] == [True] * len(good)
        assert [is_valid(with_text(name, path, text), message, lenient=lenient) for text in bad] == [False] * len(bad)


@pytest.mark.parametrize(("sample", "path", "least", "most"), TEXTS)
def test_a_text_has_its_limits(sample, path, least, most):
    good = ["名" * least, "名" * (most or 200_000)]
    bad = [*(["名" * (least - 1)] if least else []), *(["名" * (most + 1)] if most else [])]

    edges_hold(sample, path, good, bad)


@pytest.mark.parametrize(("sample", "path", "least", "most"), NUMBERS)
def test_a_number_has_its_limits(sample, path, least, most):
    good = [str(least), str(most or 2**63 - 1)]
    bad = [str(least - 1), str((most or 2**63 - 1) + 1), "", "x", "1.5"]

    edges_hold(sample, path, good, bad)


@pytest.mark.parametrize(
    ("path", "most"), [("Nrlx_xx", 64), ("Spwj", 10), ("Fwnr_id", 64), ("Yylb_id", 256), ("Fbdd", 64), ("Jrfs", 64)]
)
def test_what_repeats_does_so_only_so_often(path, most):
    root = tree_of("upload_icp_xzba.xml")
    first = root.find(f".//{path}")
    for _ in range(most - 1):
        first.addnext(etree.fromstring(etree.tostring(first, with_tail=False)))

    assert is_valid(root, schemas.UPLOAD)
    first.addnext(etree.fromstring(etree.tostring(first, with_tail=False)))
    assert not is_valid(root, schemas.UPLOAD)


# --- Skeletons and defects ----------------------------------------------------------------------------------

SMALLEST_RESULT = (
    '<DownloadData version="V.3.0"><ICP><BAJG><Jg_xx><Jgxx><Jgdm>1005</Jgdm><Dmms>域名已备案</Dmms></Jgxx>'
    "<Czlx>1</Czlx><Bs>1001</Bs></Jg_xx></BAJG></ICP></DownloadData>"
)
BOTH, LENIENT_ONLY, NEITHER = (True, True), (False, True), (False, False)


def smallest():
    return etree.fromstring(SMALLEST.encode("gbk"))


def validity(root, message):
    """Return whether a message conforms to the strict schema, and to the lenient one."""
    return is_valid(root, message, lenient=False), is_valid(root, message, lenient=True)


def test_the_smallest_messages_conform():
    assert validity(smallest(), schemas.UPLOAD) == BOTH
    assert validity(etree.fromstring(SMALLEST_RESULT), schemas.DOWNLOAD) == BOTH


def test_a_message_without_version_or_with_two_families_does_not_conform():
    unversioned, two = smallest(), smallest()
    del unversioned.attrib["version"]
    two.append(etree.fromstring("<ICP><Qqdwid>1</Qqdwid></ICP>"))

    assert validity(unversioned, schemas.UPLOAD) == NEITHER
    assert validity(two, schemas.UPLOAD) == NEITHER


def test_the_schema_leaves_the_version_and_the_number_of_kinds_to_the_reader():
    other, nothing = smallest(), smallest()
    other.set("version", "V.2.1")
    nothing.find("ICP").remove(nothing.find("ICP/ZXBA"))

    assert validity(other, schemas.UPLOAD) == BOTH
    assert validity(nothing, schemas.UPLOAD) == BOTH  # defect 10


def returned(text, version=' version="V.3.0"'):
    return etree.fromstring(f"<return{version}><msg_code>0</msg_code><msg>{text}</msg></return>")


def test_defect_1_a_strict_return_has_a_text_of_exactly_256_characters_and_a_version():
    for operation in schemas.OPERATIONS:
        assert validity(returned("操作成功"), operation) == LENIENT_ONLY
        assert validity(returned("成" * 256), operation) == BOTH
        assert validity(returned("成" * 257), operation) == NEITHER
        assert validity(returned("成" * 256, version=""), operation) == LENIENT_ONLY


@pytest.mark.parametrize(
    ("sample", "path", "number", "expected"),
    [
        ("download_icp_bajg", "Jg_xx/Czlx", 7, BOTH),
        ("download_icp_bajg", "Jg_xx/Czlx", 35, LENIENT_ONLY),  # defect 2
        ("download_icp_bajg", "Jg_xx/Czlx", 8, NEITHER),
        ("download_icp_bajg", "Jg_xx/Czlx", 34, NEITHER),
        ("download_icp_bajg", "Jg_xx/Czlx", 36, NEITHER),
        ("download_icp_zxsj", "Zxxx/Zxlb", 1, BOTH),
        ("download_icp_zxsj", "Zxxx/Zxlb", 2, LENIENT_ONLY),  # defect 3
        ("download_icp_zxsj", "Zxxx/Zxlb", 3, NEITHER),
        ("download_jcdm", "Fjzjlx/Ssdxlx", 1, BOTH),
        ("download_jcdm", "Fjzjlx/Ssdxlx", 0, LENIENT_ONLY),  # defect 4
        ("download_jcdm", "Fjzjlx/Ssdxlx", -1, NEITHER),
        ("upload_icp_bgba", "Zj/Zjlx", 11, BOTH),
        ("upload_icp_bgba", "Zj/Zjlx", 12, LENIENT_ONLY),  # defect 5
        ("upload_icp_bgba", "Zj/Zjlx", 999, LENIENT_ONLY),
        ("upload_icp_bgba", "Zj/Zjlx", 1000, NEITHER),
    ],
)
def test_defects_2_to_5_are_in_the_strict_schema_only(sample, path, number, expected):
    root = with_text(f"{sample}.xml", path, str(number))

    assert validity(root, message_of(sample)) == expected


def test_defect_6_a_verified_host_has_another_tag_for_the_mobile_number():
    root = tree_of("upload_icp_hsjg.xml")
    root.find(".//Fzr/sjhm").tag = "Fzr_sjhm"

    assert validity(root, schemas.UPLOAD) == NEITHER
