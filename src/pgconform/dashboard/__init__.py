"""The history shown in a browser: read-only, made on the server, with a little JavaScript of our own."""
