from gevent import monkey

monkey.patch_all()

import os  # noqa: E402

from flask import Flask, Response, request  # noqa: E402
from gevent import sleep, spawn  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402
from geventwebsocket.handler import WebSocketHandler  # noqa: E402

app = Flask(__name__)
price = {'text': '100'}


def changes():
    seen = None
    while True:
        if price['text'] != seen:
            seen = price['text']
            yield seen
        sleep(0.05)


@app.route('/ws', websocket=True)
def ws():
    socket = request.environ['wsgi.websocket']
    spawn(send_changes, socket)
    while (text := socket.receive()) is not None:
        price['text'] = text
    return ''


def send_changes(socket):
    for text in changes():
        if socket.closed:
            return
        socket.send(text)


@app.get('/events')
def events():
    return Response((f'data: {text}\n\n' for text in changes()), mimetype='text/event-stream')


@app.get('/poll')
def poll():
    return Response(price['text'], mimetype='text/plain')


@app.post('/price')
def set_price():
    price['text'] = request.get_data(as_text=True)
    return Response(f"now {price['text']}", mimetype='text/plain')


if __name__ == '__main__':
    address = ('127.0.0.1', int(os.environ.get('PORT', 5000)))
    WSGIServer(address, app, handler_class=WebSocketHandler).serve_forever()
