"""An RTSP camera for tests: Debian's GStreamer RTSP server with a moving picture, on loopback.

Prints "PORT n" once it serves rtsp://127.0.0.1:n/cam, then obeys one word a line on its standard input: "silence" keeps
all connections open and sends no more video, "slow" holds every packet up for a while, "resume" ends both, "drop" closes
all connections, "clients" prints how many there are. With --encode-once the picture is encoded before the first connection and then
repeated, so that a large one costs no encoder's time while others are measured. Ends when its standard input does, so it can't outlive the test.
"""

import argparse
import sys
import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

SLOW_SECONDS = 0.1
REPEATED_SECONDS = 4


def encoder(gop):
    return f"x264enc tune=zerolatency speed-preset=ultrafast bitrate=300 key-int-max={gop}"


def scene(size, fps):
    width, height = size.split("x")
    return f"pattern=ball ! video/x-raw,format=I420,width={width},height={height},framerate={fps}/1"


def encode_once(size, fps, gop):
    """A few seconds of H.264, one buffer a frame, and what it is."""
    frames = int(REPEATED_SECONDS * fps) // gop * gop
    pipeline = Gst.parse_launch(
        f"videotestsrc num-buffers={frames} {scene(size, fps)} ! {encoder(gop)} ! h264parse config-interval=-1"
        " ! video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=sink sync=false"
    )
    sink = pipeline.get_by_name("sink")
    pipeline.set_state(Gst.State.PLAYING)
    samples = []
    while (sample := sink.emit("pull-sample")) is not None:
        samples.append(sample)
    pipeline.set_state(Gst.State.NULL)
    return samples[0].get_caps(), [
        sample.get_buffer().extract_dup(0, sample.get_buffer().get_size()) for sample in samples
    ]


class Camera(GstRtspServer.RTSPMediaFactory):
    def __init__(self, size, fps, gop, codec, once):
        super().__init__()
        self.mode = "resume"
        self.fps = fps
        self.repeated = None
        payload = "rtph264pay name=pay0 pt=96 config-interval=1"
        if once:
            caps, self.repeated = encode_once(size, fps, gop)
            source = f'appsrc name=frames is-live=true format=time do-timestamp=true caps="{caps.to_string()}"'
            self.set_launch(f"( {source} ! {payload} )")
        elif codec == "h264":
            self.set_launch(f"( videotestsrc is-live=true {scene(size, fps)} ! {encoder(gop)} ! {payload} )")
        else:
            self.set_launch(f"( videotestsrc is-live=true {scene(size, fps)} ! jpegenc ! rtpjpegpay name=pay0 pt=26 )")
        # One encoder for all who watch.
        self.set_shared(True)
        self.connect("media-configure", lambda _, media: self.watch(media))

    def watch(self, media):
        if self.repeated:
            self.repeat(media)
        payloader = media.get_element().get_by_name_recurse_up("pay0")
        payloader.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, self.packet)

    def repeat(self, media):
        source = media.get_element().get_by_name_recurse_up("frames")
        place = 0

        def push():
            nonlocal place
            source.emit("push-buffer", Gst.Buffer.new_wrapped(self.repeated[place]))
            place = (place + 1) % len(self.repeated)
            return True

        timer = GLib.timeout_add(1000 // self.fps, push)
        media.connect("unprepared", lambda _: GLib.source_remove(timer))

    def packet(self, _pad, _info):
        if self.mode == "slow":
            time.sleep(SLOW_SECONDS)
        return Gst.PadProbeReturn.DROP if self.mode == "silence" else Gst.PadProbeReturn.OK


def protect(server, factory, user, password):
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    role = Gst.Structure.new_from_string(
        f"viewer, {GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS}=true,"
        f" {GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT}=true"
    )
    factory.add_role_from_structure(role)


def obey(command, server, factory):
    if command == "drop":
        server.client_filter(lambda *_: GstRtspServer.RTSPFilterResult.REMOVE)
    elif command == "clients":
        found = server.client_filter(lambda *_: GstRtspServer.RTSPFilterResult.REF)
        print("CLIENTS", len(found), flush=True)
    else:
        factory.mode = command
    return False


def listen(loop, server, factory):
    for line in sys.stdin:
        GLib.idle_add(obey, line.strip(), server, factory)
    loop.quit()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", default="0")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--size", default="160x120")
    parser.add_argument("--fps", type=int, default=10)
    parser.add_argument("--gop", type=int, default=10)
    parser.add_argument("--codec", choices=["h264", "mjpeg"], default="h264")
    parser.add_argument("--encode-once", action="store_true")
    parser.add_argument("--udp", action="store_true", help="refuse TCP")
    arguments = parser.parse_args()

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(arguments.port)
    factory = Camera(arguments.size, arguments.fps, arguments.gop, arguments.codec, arguments.encode_once)
    if arguments.udp:
        factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
    server.get_mount_points().add_factory("/cam", factory)
    if arguments.user:
        protect(server, factory, arguments.user, arguments.password)
    if server.attach(None) == 0:
        sys.exit(f"can't listen on port {arguments.port}")
    loop = GLib.MainLoop()
    threading.Thread(target=listen, args=(loop, server, factory), daemon=True).start()
    print("PORT", server.get_bound_port(), flush=True)
    loop.run()


if __name__ == "__main__":
    main()
