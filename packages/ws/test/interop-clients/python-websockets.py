"""python3-websockets as a client of the contract app. Arguments: the server's URL, an id for its log."""

import asyncio
import json
import sys

import websockets
from websockets.exceptions import ConnectionClosed, InvalidStatusCode

url, log_id = sys.argv[1].replace("http", "ws", 1), sys.argv[2]
LARGE = "x" * (2**20 - 1)


def connect(path, **options):
    return websockets.connect(url + path, max_size=None, **options)


async def closed(path, message):
    """What the server's close looks like from here."""
    async with connect(path) as ws:
        await ws.send(message)
        try:
            await ws.recv()
        except ConnectionClosed:
            return {"code": ws.close_code, "reason": ws.close_reason}


async def refused(path):
    try:
        async with connect(path):
            return "it was let in"
    except InvalidStatusCode as error:
        return str(error)


async def main():
    async with connect("/socket/offer") as ws:
        offered = await ws.recv()
    async with connect(f"/socket/echo?id={log_id}", subprotocols=["first", "second"]) as ws:
        opened = {"protocol": ws.subprotocol, "extensions": [e.name for e in ws.extensions]}
        echoed = []
        for sent in ["hello", "ünïcode 🐁", "", bytes(range(256)), b"", LARGE]:
            await ws.send(sent)
            echoed.append(await ws.recv() == sent)
        await ws.send(["one ", "and 🐁 ", "two"])
        fragments = await ws.recv()
        await (await ws.ping("are you there"))
        await ws.close(3456, "done")
        own = {"code": ws.close_code, "reason": ws.close_reason}
    print(
        json.dumps(
            {
                "client": f"websockets {websockets.version.version}",
                "offered": offered,
                "opened": opened,
                "echoed": echoed,
                "fragments": fragments,
                "pong": "are you there",
                "closedByClient": own,
                "closedByServer": await closed("/socket/closes", "long"),
                "refused": await refused("/socket/auth/blue"),
            }
        )
    )


asyncio.run(asyncio.wait_for(main(), 20))
