"""接入服务商: the organisation, its staff, the directory (自行备案导航) and the provider's desk."""
