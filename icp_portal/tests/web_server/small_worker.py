"""A web server's process with room for few bodies; imported by the server before Django is set up."""

from icp_portal.deployment.web_worker import BufferingWorker


class SmallWorker(BufferingWorker):
    most_of_bodies = 1_000_000
