import asyncio
import secrets

from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.responses import StreamingResponse

app = FastAPI()
tokens: set[str] = set()


@app.post('/token')
def sign_in():  # yours asks who it is
    token = secrets.token_hex(16)
    tokens.add(token)
    return {'token': token}


def signed_in(authorization: str = Header(default='')):
    token = authorization.removeprefix('Bearer ')
    if token not in tokens:
        raise HTTPException(status_code=401)
    tokens.remove(token)  # good for one request


@app.get('/events', dependencies=[Depends(signed_in)])
async def events():
    async def blocks():
        yield 'data: "welcome"\n\n'
        while True:
            await asyncio.sleep(15)
            yield ': ping\n\n'

    return StreamingResponse(blocks(), media_type='text/event-stream')
