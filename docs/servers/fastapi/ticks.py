import asyncio

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get('/events')
async def events():
    async def ticks():
        for n in range(1, 1_000_000):
            yield f'event: tick\nid: {n}\nretry: 1000\ndata: {n}\n\n'
            await asyncio.sleep(0.1)

    return StreamingResponse(ticks(), media_type='text/event-stream')
