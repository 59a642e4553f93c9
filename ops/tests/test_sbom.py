"""The bill of materials: every package of the lock, with its version and hashes, and nothing else."""

import json
import re

from ops.bootstrap import ROOT
from ops.sbom import OF_THE_IMAGE, bill, main

LOCK = f"""# Written by a program
a-package==1.2 \\
    --hash=sha256:{"a" * 64} \\
    --hash=sha256:{"b" * 64}
other==3 ; python_full_version < '3.12' \\
    --hash=sha256:{"c" * 64}
"""


def test_each_package_is_named_with_version_address_and_hashes():
    found = {one["purl"]: [known["content"] for known in one["hashes"]] for one in bill(LOCK)["components"]}

    assert found == {"pkg:pypi/a-package@1.2": ["a" * 64, "b" * 64], "pkg:pypi/other@3": ["c" * 64]}


def test_a_package_of_several_locks_is_listed_once():
    assert bill(LOCK, LOCK)["components"] == bill(LOCK)["components"]


def test_without_a_lock_what_the_image_installs_is_listed(capsys):
    main([])
    listed = json.loads(capsys.readouterr().out)
    built = re.search(r'^ARG LOCKS="(.+)"', (ROOT / "deploy/Dockerfile").read_text(), flags=re.MULTILINE)

    assert built is not None
    assert list(OF_THE_IMAGE) == built[1].split()
    assert listed == bill(*((ROOT / lock).read_text() for lock in OF_THE_IMAGE))
    assert {"django", "boto3"} <= {one["name"].lower() for one in listed["components"]}


def test_the_lock_of_production_is_listed_in_full_and_always_alike(capsys):
    for _twice in range(2):
        main(["requirements.lock"])
    first, second = capsys.readouterr().out.split('{\n "bomFormat"')[1:]
    listed = json.loads(f'{{\n "bomFormat"{first}')
    lock = (ROOT / "requirements.lock").read_text()

    assert first == second
    assert len(listed["components"]) == sum("==" in line and line[0].isalnum() for line in lock.splitlines())
    assert sum(len(one["hashes"]) for one in listed["components"]) == lock.count("--hash=sha256:")
    assert listed["dependencies"][0]["dependsOn"] == [one["bom-ref"] for one in listed["components"]]
    assert len({one["bom-ref"] for one in listed["components"]}) == len(listed["components"])
