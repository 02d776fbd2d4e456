# The rules of the house (see ../interop.ts) on Debian's python3-websockets: python3 servers/python.py
import asyncio
import os
import re
from http import HTTPStatus

import websockets

closed = ""
nuls = 0


async def answer(path, _headers):
    if path == "/closed":
        return HTTPStatus.OK, [], closed.encode()
    if path == "/nuls":
        return HTTPStatus.OK, [], str(nuls).encode()
    if path == "/401":
        return HTTPStatus.UNAUTHORIZED, [], b"who are you?"
    if path == "/503":
        return HTTPStatus.SERVICE_UNAVAILABLE, [("Retry-After", "1")], b"too busy"
    return None


async def talk(socket, path):
    global closed, nuls
    try:
        if path != "/silent":
            await socket.send(f"hello {socket.subprotocol or ''}")
        async for data in socket:
            if path == "/silent":
                continue
            if data == "\0":
                nuls += 1
            order = isinstance(data, str) and re.match(r"close (\d+) (.*)", data)
            if order:
                await socket.close(int(order[1]), order[2])
            else:
                await socket.send(data)
    except websockets.ConnectionClosed:
        pass
    finally:
        await socket.wait_closed()
        closed = f"{socket.close_code} {socket.close_reason}"


async def main():
    server = await websockets.serve(
        talk,
        "127.0.0.1",
        int(os.environ["PORT"]),
        subprotocols=["chat.v2"],
        process_request=answer,
    )
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}", flush=True)
    await asyncio.Future()


asyncio.run(main())
