"""省通信管理局: the organisation, its reviewers and the bureau's desk."""
