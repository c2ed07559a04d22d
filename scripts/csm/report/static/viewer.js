// The face with its switches: which map, of how many images, how it is turned and read.

const TURN_STEP = 0.12;
const MARK_STEP = 6;  // [canonical px]
const TILE_SIDE = 144;

class Viewer {
  constructor(root, data, face, views) {
    Object.assign(this, { root, data, face, views });
    this.find = (selector) => root.querySelector(selector);
    this.view = views[0];
    this.options = { fade: true, showFace: true, region: -1, tables: data.colours,
      faceLight: data.face_light };
    this.stage = new Stage(this.find(".stage"), face);
    this.readout = new Readout(this.find(".readout"), this.find("[role=status]"));
    for (const [kind, isHidden] of [[".needs-surface", !this.stage.drawing],
      [".lacks-surface", Boolean(this.stage.drawing)]]) {
      for (const item of root.querySelectorAll(kind)) item.hidden = isHidden;
    }
    this.listenToSwitches();
    this.listenToPointer();
    this.find(".stage").addEventListener("keydown", (event) => this.onKey(event));
    this.listenToRegions();
    this.paint();
    this.paintTiles();
  }

  /** The step of the slider; null at its end, which is the whole map. */
  get step() {
    const slider = this.find("#n-images");
    if (!slider || this.view !== this.views[0]) return null;
    return Number(slider.value) === this.data.snapshots.length - 1 ? null
      : this.data.snapshots[Number(slider.value)];
  }

  get field() {
    return this.step ? this.step.field : this.view.mean;
  }

  listenToSwitches() {
    for (const input of this.root.querySelectorAll("input[name=view]")) {
      input.addEventListener("change", () => this.choose(input.value));
    }
    const bind = (selector, set) => {
      const input = this.find(selector);
      if (!input) return;
      input.addEventListener("input", () => { set(input); this.paint(); });
    };
    bind("#fade", (input) => { this.options.fade = input.checked; });
    bind("#show-face", (input) => { this.options.showFace = input.checked; this.paintTiles(); });
    bind("#n-images", () => {});
    this.find("#solid").addEventListener("change", (event) => {
      this.stage.setSolid(event.target.checked);
    });
    for (const button of this.root.querySelectorAll("[data-yaw]")) {
      button.addEventListener("click", () => this.stage.turnTo(Number(button.dataset.yaw), 0, 1));
    }
  }

  choose(key) {
    this.view = this.views.find((view) => view.key === key);
    this.paint();
  }

  paint() {
    const { view, field, step } = this;
    this.stage.show(paintMap(view, field, this.options));
    drawColourBar(this.find(".colour-bar"), view, this.options);
    this.find(".view-title").textContent = `${view.label}: ${view.caption}`;
    this.find(".view-note").textContent = view.note;
    this.find(".interval-name").textContent = view.is_test
      ? "95 % band, all places at once"
      : view.interval_of ? `95 % interval ${view.interval_of}, this place`
        : "95 % interval, this place";
    this.readout.show(view, field, step, this.stage.mark);
    const images = this.find(".of-images");
    if (images) {
      images.hidden = view !== this.views[0];
      this.find(".of-images output").textContent = step
        ? `the first ${step.n_images} images; r = ${step.agreement} with the final map`
        : `all ${view.n_images} images`;
    }
    const hasErrors = Boolean(view.errors || view.is_test) && !step;
    this.find("#fade").disabled = !hasErrors;
  }

  paintTiles() {
    const { width, height } = this.face;
    const whole = new OffscreenCanvas(width, height);
    for (const view of this.views) {
      const canvas = this.root.querySelector(`canvas[data-view="${CSS.escape(view.key)}"]`);
      if (!canvas) continue;
      const options = { ...this.options, region: -1, isSmall: true };
      const rgba = paintMap(view, view.mean, options);
      whole.getContext("2d").putImageData(new ImageData(rgba, width, height), 0, 0);
      canvas.width = canvas.height = TILE_SIDE;
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(whole, 0, 0, TILE_SIDE, TILE_SIDE);
    }
  }

  listenToPointer() {
    const stage = this.find(".stage");
    let last = null;
    let start = null;
    stage.addEventListener("pointerdown", (event) => {
      start = last = [event.clientX, event.clientY];
      stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener("pointermove", (event) => {
      if (last && event.buttons && this.stage.isSolid) {
        const { yaw, pitch } = this.stage.turn;
        this.stage.turnTo(yaw + (event.clientX - last[0]) / 160,
          pitch + (event.clientY - last[1]) / 160);
        last = [event.clientX, event.clientY];
      }
      this.read(this.stage.pick(event.clientX, event.clientY));
    });
    stage.addEventListener("pointerup", (event) => {
      last = null;
      // A click or a tap leaves the marker, so that maps can be compared there.
      if (Math.hypot(event.clientX - start[0], event.clientY - start[1]) < 5) {
        this.stage.setMark(this.stage.pick(event.clientX, event.clientY));
        this.read(this.stage.mark);
      }
    });
    stage.addEventListener("pointerleave", () => this.read(this.stage.mark));
    stage.addEventListener("pointercancel", () => { last = null; });
    stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && document.activeElement !== stage) return;
      event.preventDefault();
      const { yaw, pitch, zoom } = this.stage.turn;
      this.stage.turnTo(yaw, pitch, zoom * Math.exp(-event.deltaY / 500));
    }, { passive: false });
  }

  read(place) {
    this.readout.show(this.view, this.field, this.step, place);
  }

  onKey(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1],
      ArrowDown: [0, 1] }[event.key];
    const { yaw, pitch, zoom } = this.stage.turn;
    if (direction && (event.shiftKey || !this.stage.isSolid)) {
      this.moveMark(direction);
    } else if (direction) {
      this.stage.turnTo(yaw + TURN_STEP * direction[0], pitch + TURN_STEP * direction[1]);
    } else if (event.key === "+" || event.key === "=") {
      this.stage.turnTo(yaw, pitch, zoom * 1.15);
    } else if (event.key === "-") {
      this.stage.turnTo(yaw, pitch, zoom / 1.15);
    } else if (event.key === "0" || event.key === "Home") {
      this.stage.turnTo(0, 0, 1);
    } else if (event.key === "Escape") {
      this.stage.setMark(null);
      this.read(null);
    } else {
      return;
    }
    event.preventDefault();
  }

  moveMark([dx, dy]) {
    const [x, y] = this.stage.mark || [this.face.width / 2, this.face.height / 2];
    const next = [x + MARK_STEP * dx, y + MARK_STEP * dy];
    if (this.face.isInside(...next)) this.stage.setMark(next);
    this.read(this.stage.mark);
    this.readout.announce();
  }

  /** The names of regions in the table outline them on the face. */
  listenToRegions() {
    const buttons = [...document.querySelectorAll("button[data-region]")];
    for (const button of buttons) {
      button.addEventListener("click", () => {
        const isOn = button.getAttribute("aria-pressed") !== "true";
        for (const other of buttons) {
          other.setAttribute("aria-pressed", String(other === button && isOn));
        }
        this.options.region = isOn ? this.face.regionNames.indexOf(button.dataset.region) : -1;
        this.paint();
        if (isOn) this.root.scrollIntoView({ block: "nearest" });
      });
    }
  }
}
