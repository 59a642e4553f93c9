"""nginx, an S3 server and a shared folder as parts, with the configuration that a rehearsal needs."""

import os
import sys
from pathlib import Path

from ops.children import Part
from ops.programs import found, free_port, wait_for_port
from ops.supervisor import Program

# As in deploy/, without what needs a certificate
PROXY = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_max_body_size 72m;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream servers {{
{servers}
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://servers;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_connect_timeout 2s;
      # A request that changes something is never sent a second time.
      proxy_next_upstream error timeout;
      proxy_next_upstream_tries 2;
    }}
  }}
}}
"""


class Listener(Program):
    """A program that listens on a port; started once it accepts connections there."""

    port: int

    def start(self) -> None:
        super().start()
        wait_for_port(self, self.port)


class FrontProxy(Listener):
    """nginx before one or several servers."""

    def __init__(self, folder: Path, log: Path, port: int, behind: list[int]) -> None:
        folder.mkdir()
        servers = "\n".join(f"    server 127.0.0.1:{one} max_fails=1 fail_timeout=2s;" for one in behind)
        file = folder / "nginx.conf"
        file.write_text(PROXY.format(folder=folder, servers=servers, port=port))
        self.port = port
        command = [str(found("nginx")), "-p", str(folder), "-c", str(file), "-e", "stderr"]
        super().__init__("nginx", command, log, os.environ, 3)


class Bucket(Listener):
    """A server of S3's protocol with one bucket, whose content doesn't survive it: so the proxy before it is killed."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "moto.server", "-p", str(self.port)]
        super().__init__("S3 server", command, log, os.environ, 3)
        self.proxy = FrontProxy(folder / "s3", log, free_port(), [self.port])

    def start(self) -> None:
        import boto3

        super().start()
        signed = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
        boto3.client("s3", endpoint_url=f"http://127.0.0.1:{self.port}", **signed).create_bucket(Bucket="evidence")

    @property
    def url(self) -> str:
        """Return the EVIDENCE_STORAGE of the bucket behind its proxy."""
        return f"s3://key:secret@127.0.0.1:{self.proxy.port}/evidence?region=us-east-1&tls=false"


class SharedFolder(Part):
    """The folder of the evidence, as a file system of the network that can be lost and comes back."""

    name = "shared folder"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._gone = folder.with_name(f"{folder.name}.away")
        folder.mkdir()

    def start(self) -> None:
        if self._gone.exists():
            self.folder.unlink()
            self._gone.rename(self.folder)

    def kill(self) -> None:
        self.folder.rename(self._gone)
        self.folder.touch()  # a file, so that nothing can be stored at the same place meanwhile

    def stop(self) -> None:
        """Do nothing: there is no process to stop."""

    @property
    def has_ended(self) -> bool:
        return self._gone.exists()
