"""Sources of the guide's pages: laws and official documents, by names that readers can look up."""

from django.utils.translation import gettext_lazy as _

ORDER_292_ARTICLE_3 = _("Measures for Internet Information Services (State Council Order 292), Art. 3")
ORDER_292_LICENCE = _("Measures for Internet Information Services (State Council Order 292), Arts. 3, 4 and 7")
ORDER_292_ARTICLE_5 = _("Measures for Internet Information Services (State Council Order 292), Art. 5")
ORDER_292_ARTICLE_12 = _("Measures for Internet Information Services (State Council Order 292), Art. 12")
ORDER_33_ARTICLE_3 = _("Measures for the Filing of Non-commercial Internet Information Services (Order 33), Art. 3")
ORDER_33_ARTICLE_5 = _("Measures for the Filing of Non-commercial Internet Information Services (Order 33), Art. 5")
ORDER_33_ARTICLE_11 = _("Measures for the Filing of Non-commercial Internet Information Services (Order 33), Art. 11")
ORDER_33_ARTICLE_12 = _("Measures for the Filing of Non-commercial Internet Information Services (Order 33), Art. 12")
ORDER_33_ARTICLE_13 = _("Measures for the Filing of Non-commercial Internet Information Services (Order 33), Art. 13")
ORDER_33_ARTICLE_14 = _("Measures for the Filing of Non-commercial Internet Information Services (Order 33), Art. 14")
ONE_DOMAIN = _("Ministry letter No. 633 of 2019: one domain, one filing number")
DOMAIN_HOLDER = _("Ministry notice No. 264 of 2017 on the domains of internet information services")
CODES = _("Filing guides of two cloud providers: verification by text message in all provinces since 17 August 2020")
APPS = _("Ministry notice No. 105 of 2023 on the filing of apps")
OFFICIAL_GUIDE = _("Official guide to ICP filing")
INTERFACE = _("Interface specification of the enterprise systems V3.0, result codes")
