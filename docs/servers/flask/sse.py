import json
import queue

from flask import Flask, Response, request

app = Flask(__name__)
listeners = []


@app.get('/events')
def events():
    inbox = queue.Queue()
    listeners.append(inbox)

    def stream():
        try:
            yield ': hello\n\n'  # Flask sends the headers with the first bytes
            while True:
                try:
                    yield inbox.get(timeout=15)
                except queue.Empty:
                    yield 'event: ping\ndata:\n\n'
        finally:
            listeners.remove(inbox)

    return Response(stream(), mimetype='text/event-stream')


@app.post('/messages')
def messages():
    block = f'event: chat\ndata: {json.dumps(request.json)}\n\n'
    for inbox in listeners:
        inbox.put(block)
    return {'heard_by': len(listeners)}
