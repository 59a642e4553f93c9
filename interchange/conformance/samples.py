"""The sample messages with what each is about, in the order of the document."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FOLDER: Final = Path(__file__).parent.parent / "samples"

# Name of the file, without its ending → what it is about
_UPLOADS: Final[dict[str, Promise | str]] = {
    "upload_icp_xzba": _("First filings"),
    "upload_icp_xzwz": _("New websites"),
    "upload_icp_xzjr": _("New accesses"),
    "upload_icp_bgba": _("Changes of records"),
    "upload_icp_hsjg": _("Results of verification tasks"),
    "upload_icp_wbacljg": _("Results about websites without a filing"),
    "upload_icp_zxba": _("Ends of records, websites and accesses"),
    "upload_icp_xzhyd": _("Verification material sent alone"),
    "upload_ip_xzba": _("New IP addresses"),
    "upload_ip_xgba": _("Changes of IP addresses"),
    "upload_ip_scba": _("Deletion of IP addresses"),
    "upload_ym_xzba": _("New domain names (to the ministry only)"),
    "upload_ym_xgba": _("Changes of domain names (to the ministry only)"),
    "upload_ym_scba": _("Deletion of domain names (to the ministry only)"),
}
_DOWNLOADS: Final[dict[str, Promise | str]] = {
    "download_icp_bajg": _("Results of filings, and the bureau's opinions"),
    "download_icp_basj": _("Records after approval"),
    "download_icp_zxsj": _("What has ended"),
    "download_icp_xgtz": _("Notices to correct"),
    "download_icp_hsrw": _("Verification tasks"),
    "download_icp_hcjg": _("Results of checks of records"),
    "download_icp_hmdlb": _("Blacklists"),
    "download_icp_ffjrhmd": _("Unlawful accesses"),
    "download_icp_wbawzlb": _("Websites without a filing"),
    "download_ip_bajg": _("Results about IP addresses"),
    "download_ip_hcjg": _("Results of checks of IP addresses"),
    "download_ym_bajg": _("Results about domain names"),
    "download_jcdm": _("Code tables"),
    "download_sjtb_icp": _("Synchronised records"),
    "download_sjtb_ip": _("Synchronised IP addresses"),
    "download_sjtb_ym": _("Synchronised domain names"),
    "download_sjtb_jcdm": _("Synchronised code tables"),
}
_RETURNS: Final[dict[str, Promise | str]] = {
    "return_isp_upload": _("Earlier uploads are missing"),
    "return_isp_download": _("A file that is handed out"),
    "return_isp_downloadack": _("The receipt has arrived"),
    "return_isp_querypreviousupload": _("The last upload"),
    "return_isp_querybeianstatus": _("A domain name is on record"),
    "return_isp_verifybamm": _("The filing password is right"),
}


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """A sample: name of its file, without its ending, and what it is about."""

    name: str
    about: Promise | str

    @property
    def kind(self) -> str:
        """Return path of the records or name of the operation, such as ``ICP/XZBA``."""
        rest = self.name.partition("_")[2]
        return rest if self.name in _RETURNS else rest.upper().replace("_", "/")

    @property
    def content(self) -> bytes:
        """Return the file as it would be packed, in GBK."""
        return (FOLDER / f"{self.name}.xml").read_bytes()

    @property
    def text(self) -> str:
        """Return the file's text."""
        return self.content.decode("gbk")


def _of(names: dict[str, Promise | str]) -> Sequence[SampleMessage]:
    return [SampleMessage(name, about) for name, about in names.items()]


UPLOADS, DOWNLOADS, RETURNS = _of(_UPLOADS), _of(_DOWNLOADS), _of(_RETURNS)
SAMPLES: Final = {sample.name: sample for sample in (*UPLOADS, *DOWNLOADS, *RETURNS)}
