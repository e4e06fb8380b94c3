from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()


@app.websocket('/ws')
async def echo(socket: WebSocket):
    await socket.accept()
    try:
        while True:
            await socket.send_text(f'you said {await socket.receive_text()}')
    except WebSocketDisconnect:
        pass
