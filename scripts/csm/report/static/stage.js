// The place where the face is drawn: in space with WebGL, or flat; and what is under a point.

class Stage {
  /** @param element holds canvas.solid, canvas.flat and .marker */
  constructor(element, face) {
    this.element = element;
    this.face = face;
    this.flat = element.querySelector("canvas.flat");
    this.marker = element.querySelector(".marker");
    this.turn = { yaw: 0, pitch: 0, zoom: 1 };
    this.mark = null;
    this.surface = face.triangles ? new Surface(face) : null;
    this.drawing = this.surface ? this.tryWebGL(element.querySelector("canvas.solid")) : null;
    this.setSolid(Boolean(this.drawing));
    new ResizeObserver(() => this.draw()).observe(element);
  }

  tryWebGL(canvas) {
    canvas.addEventListener("webglcontextlost", () => {
      this.drawing = null;
      this.setSolid(false);
    });
    try {
      return new SurfaceDrawing(canvas, this.surface);
    } catch {
      return null;
    }
  }

  /** Shows the face in space, if the browser can, or flat. */
  setSolid(isSolid) {
    this.isSolid = isSolid && Boolean(this.drawing);
    this.element.classList.toggle("is-flat", !this.isSolid);
    this.draw();
  }

  /** Draws a map of RGBA pixels (S x S). */
  show(rgba) {
    const { width, height } = this.face;
    this.flat.width = width;
    this.flat.height = height;
    this.flat.getContext("2d").putImageData(new ImageData(rgba, width, height), 0, 0);
    if (this.drawing) this.drawing.setMap(rgba, width, height);
    this.hasMap = true;
    this.draw();
  }

  turnTo(yaw, pitch, zoom = this.turn.zoom) {
    this.turn = {
      yaw: Math.min(Math.max(yaw, -LARGEST_YAW), LARGEST_YAW),
      pitch: Math.min(Math.max(pitch, -LARGEST_PITCH), LARGEST_PITCH),
      zoom: Math.min(Math.max(zoom, 0.7), 5),
    };
    this.draw();
  }

  draw() {
    if (this.isPending) return;
    this.isPending = true;
    requestAnimationFrame(() => {
      this.isPending = false;
      if (this.isSolid && this.hasMap) this.drawing.draw(this.turn);
      this.placeMarker();
    });
  }

  /** The canonical pixel [x, y] under a point of the window; null outside the face. */
  pick(clientX, clientY) {
    const box = (this.isSolid ? this.drawing.canvas : this.flat).getBoundingClientRect();
    const [u, v] = [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
    const place = this.isSolid ? this.surface.pick(this.turn, 2 * u - 1, 1 - 2 * v)
      : [u * this.face.width, v * this.face.height];
    return place && this.face.isInside(...place) ? place : null;
  }

  /** Puts the marker on a canonical pixel; null takes it away. */
  setMark(place) {
    this.mark = place;
    this.draw();
  }

  placeMarker() {
    const point = this.mark && this.pointOf(...this.mark);
    this.marker.hidden = !point;
    if (!point) return;
    this.marker.style.left = `${100 * point[0]}%`;
    this.marker.style.top = `${100 * point[1]}%`;
  }

  /** The place of a canonical pixel on the stage, in shares of its sides. */
  pointOf(x, y) {
    if (!this.isSolid) return [x / this.face.width, y / this.face.height];
    const point = this.surface.pointOf(this.turn, x, y);
    return point && [(point[0] + 1) / 2, (1 - point[1]) / 2];
  }
}
