"""What plays: along an axis, or between keyframes; its buttons stand among the controls."""

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QWidget

from engines.latent.paths import PATHS
from explorer.session import Session
from explorer.walking.courses import Course, Swing, tour
from explorer.walking.keyframes import Keyframes
from explorer.walking.player import Player
from explorer.walking.rows import Rows
from explorer.widgets.flow import titled
from explorer.widgets.frame_list import FrameList
from explorer.widgets.words import axis_name

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
FRAMES = 25
"""Of a clip, for each leg of a walk."""
_PLAY = (
    "Play the axis under the hand to and fro, or the path between keyframes. Any touch stops. "
    "Space on a slider plays it. Where less motion is asked for, each press is one step."
)
_PATH = "How to go from keyframe to keyframe: "


class PlayBar(QWidget):
    """The keyframes, seen while there are some; `buttons` and `settings` are for the controls.

    Signals:
        `add_asked()`: the place looked at shall become a keyframe. `clip_asked(latents, how)`:
            the walk shall be saved as a clip.
    """

    add_asked = Signal()
    clip_asked = Signal(object, str)

    def __init__(self, session: Session, rows: Rows, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._rows = rows
        self._axis: int | None = None
        self.player = Player(session.cursor, self)
        self.keyframes = Keyframes(session.undo, self)
        self.play = QPushButton("▶ Play", self)
        self.what = QComboBox(self)
        self.loop = QCheckBox("loop", self)
        self.speed = QComboBox(self)
        self.path = QComboBox(self)
        self.add = QPushButton("+ keyframe", self)
        self.clip = QPushButton("Clip…", self)
        self.frames = FrameList("keyframes", self)
        self._fill()
        self._lay_out()
        self._connect()
        self._on_frames()

    def play_axis(self, axis: int) -> None:
        """Play one axis to and fro, or stop if something plays."""
        self._axis = axis
        self.what.setCurrentIndex(self.what.findData("axis"))
        self.toggle()

    @Slot()
    def toggle(self) -> None:
        """Play what is chosen, or stop."""
        if self.player.playing:
            self.player.stop()
            return
        try:
            course = self._course()
        except ValueError as error:
            self._session.notices.tell(str(error))
            return
        if course is not None:
            self.player.play(course)

    @Slot()
    def _on_clip(self) -> None:
        """Lay the walk out in frames, a leg in as many as are played at 1×."""
        try:
            course = self._course()
        except ValueError as error:
            self._session.notices.tell(str(error))
            return
        z = self._session.cursor.z
        if course is None or not course.legs:
            self._session.notices.tell("There is nothing to play yet.")
            return
        count = round(course.legs * FRAMES)
        ends = self.what.currentData() == "path" and not self.loop.isChecked()
        places = [course.at(frame / FRAMES, z) for frame in range(count + ends)]
        self.clip_asked.emit(np.stack(places), f"{course.what}, {len(places)} frames")

    def _course(self) -> Course | None:
        space = self._session.cursor.space
        if space is None or self._rows.space != space:
            return None
        if self.what.currentData() == "path":
            stops = self.keyframes.fitting(space.dim)
            return tour(space, stops, str(self.path.currentData()), loop=self.loop.isChecked())
        slid = self._rows.bank.axes
        if not slid:
            return None
        axis = self._axis if self._axis is not None and self._axis < space.dim else slid[0]
        low, high = self._rows.ends(axis)
        start = float(self._session.cursor.z[axis])
        return Swing(f"play {axis_name(space, axis)}", axis, low, high, start)

    def _fill(self) -> None:
        self.what.addItem("axis", "axis")
        self.what.addItem("keyframes", "path")
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        for name, row in PATHS.items():
            self.path.addItem(row.title.lower(), name)
        self.path.setCurrentIndex(self.path.findData("slerp"))
        self.loop.setChecked(True)

    def _lay_out(self) -> None:
        slow = "How fast it plays; at 1× a way takes 2 s."
        along, speed = titled("play along", self.what, _PLAY), titled("speed", self.speed, slow)
        self.buttons = (self.play, self.add, self.clip)
        """What is always at hand."""
        self.settings = (along, speed, self.loop)
        """How it plays."""
        help_of = " ".join(f"{row.title}: {row.help}" for row in PATHS.values())
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(titled("by", self.path, _PATH + help_of))
        line.addWidget(self.frames, 1)
        self.play.setToolTip(_PLAY)
        self.play.setAccessibleName("play")
        self.loop.setToolTip("Play again and again; a path goes back to its first keyframe.")
        self.loop.setAccessibleName("loop")
        self.add.setToolTip("Make the place looked at a keyframe.")
        self.add.setAccessibleName("add keyframe")
        self.clip.setToolTip("Save what would be played as a GIF, an MP4 or a strip.")
        self.clip.setAccessibleName("save the walk as a clip")
        self.loop.setFixedHeight(self.add.sizeHint().height())  # one line, one middle

    def _connect(self) -> None:
        self.play.clicked.connect(self.toggle)
        self.loop.toggled.connect(self._on_loop)
        self.speed.activated.connect(self._on_speed)
        self.add.clicked.connect(self.add_asked)
        self.clip.clicked.connect(self._on_clip)
        self.player.playing_changed.connect(self._on_playing)
        self.keyframes.changed.connect(self._on_frames)
        self.keyframes.refused.connect(self._session.notices.tell)
        self.frames.taken.connect(self._on_taken)
        self.frames.removed.connect(self.keyframes.remove)
        self.frames.shifted.connect(self.keyframes.move)
        self._rows.bank.grabbed.connect(self._on_grabbed)
        self._rows.bank.play_asked.connect(self.play_axis)

    @Slot(bool)
    def _on_loop(self, loops: bool) -> None:  # noqa: FBT001  Qt's signal
        self.player.stop()
        self.player.loops = loops

    @Slot()
    def _on_speed(self) -> None:
        self.player.speed = float(self.speed.currentData())

    @Slot(bool)
    def _on_playing(self, playing: bool) -> None:  # noqa: FBT001  Qt's signal
        self.play.setText("■ Stop" if playing else "▶ Play")
        self.play.setAccessibleName("stop playing" if playing else "play")

    @Slot()
    def _on_frames(self) -> None:
        self.player.stop()
        frames = self.keyframes.frames
        self.frames.show_frames(frames)
        self.setVisible(bool(frames))
        if len(frames) > 1:
            self.what.setCurrentIndex(self.what.findData("path"))
        elif not frames:
            self.what.setCurrentIndex(self.what.findData("axis"))

    @Slot(int)
    def _on_grabbed(self, axis: int) -> None:
        self._axis = axis
        self.player.stop()

    @Slot(int)
    def _on_taken(self, index: int) -> None:
        cursor, z = self._session.cursor, self.keyframes.frames[index].z
        if z is None or z.shape != cursor.z.shape:
            self._session.notices.tell(
                "This keyframe is of a model with another latent size; nothing was moved."
            )
            return
        cursor.begin_gesture()
        cursor.move(z, f"go to keyframe {index + 1}")
