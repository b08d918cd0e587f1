"""The door: who comes in, what goes out, and under which conditions. Plain HTTP routes around the Streamlit pages.

throttle, upload    how often, how much, how fast
security            one ASGI middleware: hosts, origins, headers, closed routes, body sizes
pages               log in and out, first administrator, the teller's code: plain HTML
language            in which language the door's own pages speak
audio, download     sealed sound and bundles, to whom may have them
transcript          a transcript as a file, for editors
agenda              what is planned as a file for another calendar
vorm, stem          our look, pictures and scripts; the voices that read aloud
house               what all of these share: settings, store, and what is remembered in memory only
"""
