"""Settings of the web server that are the same everywhere; gunicorn reads this file in the folder it is started in."""

wsgi_app = "icp_portal.wsgi:application"
worker_class = "icp_portal.deployment.web_worker.BufferingWorker"
workers = 2
threads = 4
worker_connections = 1000  # of a process
# Nothing listens beside the portal's own address.
control_socket_disable = True
