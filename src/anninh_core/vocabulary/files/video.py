"""What is measured of a video before it goes out."""

from attrs import frozen


@frozen(kw_only=True)
class VideoFacts:
    """What a video really is, as a library measured it.

    Attributes:
        container: media type of the file.
        video_codecs, audio_codecs: of its tracks, such as `AVC` and `AAC`, each once.
        seconds: how long its longest track plays, or says that it does; rounded, at least one.
        width, height: of its largest picture, in pixels.
    """

    container: str
    video_codecs: tuple[str, ...]
    audio_codecs: tuple[str, ...]
    seconds: int
    width: int
    height: int
