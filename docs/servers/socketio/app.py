import os

from flask import Flask, request
from flask_socketio import SocketIO, emit

app = Flask(__name__)
io = SocketIO(app)


@io.on('chat')
def chat(line):
    emit('chat', line, broadcast=True)
    return {'heard': True}


@io.on('picture')
def picture(data):
    emit('picture', data)


@app.post('/chat')
def post():
    io.emit('chat', request.json)
    return {}


if __name__ == '__main__':
    io.run(app, port=int(os.environ.get('PORT', 5000)))
