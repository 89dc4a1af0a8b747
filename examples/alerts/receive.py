"""Takes webhooks of sheetprobe on loopback, and refuses what is not from whoever has the key, or not from now."""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = os.environ["ALERTS_HOOK_KEY"].encode()
TOLERANCE = 300  # seconds; what is older is a replay
SEEN = set()  # keep the ids of TOLERANCE at least, where all that receive can see them


def verified(headers, body, now):
    """Says whether a message is signed by the key: HMAC-SHA256 over ID.TIMESTAMP.BODY, as Standard Webhooks has it."""
    delivery, timestamp = headers.get("Webhook-Id", ""), headers.get("Webhook-Timestamp", "")
    if not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE:
        return False
    signed = f"{delivery}.{timestamp}.".encode() + body
    want = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(want.encode(), got.encode()) for got in headers.get("Webhook-Signature", "").split())


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 1 << 20))
        if not verified(self.headers, body, time.time()):
            self.send_response(401)
        else:
            self.send_response(204)
            if self.headers["Webhook-Id"] not in SEEN:  # an attempt whose answer was lost comes again, under the same id
                SEEN.add(self.headers["Webhook-Id"])
                print(json.loads(body)["title"], flush=True)
        self.end_headers()

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
