import json
import time

from flask import Flask, Response

app = Flask(__name__)


@app.get('/events')
def events():
    def stream():
        for n in range(1_000_000):
            yield json.dumps({'n': n}) + '\n\n'  # wrong: should be f'data: {json.dumps(...)}\n\n'
            time.sleep(0.1)

    return Response(stream(), mimetype='text/event-stream')
