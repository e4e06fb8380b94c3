import os

from flask import Flask, request
from gevent.pywsgi import WSGIServer
from geventwebsocket.handler import WebSocketHandler

app = Flask(__name__)
sockets = set()


@app.route('/ws', websocket=True)
def ws():
    socket = request.environ['wsgi.websocket']
    sockets.add(socket)
    try:
        while (text := socket.receive()) is not None:
            for other in sockets:
                other.send(text)
    finally:
        sockets.remove(socket)
    return ''


if __name__ == '__main__':
    address = ('127.0.0.1', int(os.environ.get('PORT', 5000)))
    WSGIServer(address, app, handler_class=WebSocketHandler).serve_forever()
