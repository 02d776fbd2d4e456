"""python3-autobahn as a client of the contract app. Arguments: the server's URL, an id for its log."""

import asyncio
import json
import sys
from urllib.parse import urlparse

import autobahn
from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol
from autobahn.websocket.compress import PerMessageDeflateOffer

url, log_id = sys.argv[1].replace("http", "ws", 1), sys.argv[2]
LARGE = b"x" * (2**20 - 1)


class Client(WebSocketClientProtocol):
    """Callbacks turned into queues and futures, so that main() reads from top to bottom."""

    def __init__(self):
        super().__init__()
        loop = asyncio.get_running_loop()
        self.messages = asyncio.Queue()
        self.pong = loop.create_future()
        self.opened = loop.create_future()
        self.ended = loop.create_future()

    def onOpen(self):
        self.opened.set_result(
            {
                "protocol": self.websocket_protocol_in_use,
                "extensions": [str(e) for e in self.websocket_extensions_in_use],
            }
        )

    def onMessage(self, payload, isBinary):
        self.messages.put_nowait((payload, isBinary))

    def onPong(self, payload):
        self.pong.set_result(payload.decode())

    def onClose(self, wasClean, code, reason):
        self.ended.set_result({"code": code, "reason": reason})
        if not self.opened.done():
            self.opened.set_result(None)


async def connect(path, protocols=None):
    factory = WebSocketClientFactory(url + path, protocols=protocols)
    factory.protocol = Client
    factory.setProtocolOptions(perMessageCompressionOffers=[PerMessageDeflateOffer()])
    address = urlparse(url)
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(factory, address.hostname, address.port)
    await client.opened
    return client


async def main():
    offer = await connect("/socket/offer")
    offered, _ = await offer.messages.get()
    offer.sendClose(1000)

    client = await connect(f"/socket/echo?id={log_id}", ["first", "second"])
    echoed = []
    for sent in [
        ("hello".encode(), False),
        ("ünïcode 🐁".encode(), False),
        (b"", False),
        (bytes(range(256)), True),
        (b"", True),
        (LARGE, False),
    ]:
        client.sendMessage(*sent)
        echoed.append(await client.messages.get() == sent)
    # 4 bytes cut the mouse in two.
    client.sendMessage("one and 🐁 two".encode(), False, fragmentSize=5)
    fragments, _ = await client.messages.get()
    client.sendPing(b"are you there")
    pong = await client.pong
    client.sendClose(3456, "done")

    told = await connect("/socket/closes")
    told.sendMessage(b"long")
    refused = await connect("/socket/auth/blue")
    print(
        json.dumps(
            {
                "client": f"autobahn {autobahn.__version__}",
                "offered": offered.decode(),
                "opened": client.opened.result(),
                "echoed": echoed,
                "fragments": fragments.decode(),
                "pong": pong,
                "closedByClient": await client.ended,
                "closedByServer": await told.ended,
                "refused": (await refused.ended)["reason"],
            }
        )
    )


asyncio.run(asyncio.wait_for(main(), 20))
