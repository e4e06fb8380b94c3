import asyncio
import json

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

app = FastAPI()
log: list[dict] = []  # yours may be a table, or a stream in Redis
grown = asyncio.Condition()


@app.post('/prices')
async def publish(price: dict):
    async with grown:
        log.append(price)
        grown.notify_all()
    return {'id': len(log)}


async def blocks(after: int):
    yield 'retry: 1000\n\n'
    while True:
        async with grown:
            await grown.wait_for(lambda: len(log) > after)
        while after < len(log):
            after += 1
            yield f'event: price\nid: {after}\ndata: {json.dumps(log[after - 1])}\n\n'


@app.get('/events')
async def events(request: Request):
    cursor = request.headers.get('last-event-id') or request.query_params.get('lastEventId')
    after = len(log) if cursor is None else int(cursor)
    return StreamingResponse(blocks(after), media_type='text/event-stream')
