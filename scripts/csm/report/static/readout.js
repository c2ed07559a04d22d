// The numbers of a place of the face, and the colour bar.

class Readout {
  /** @param element holds a [data-name] for each value  @param status is read out to listeners */
  constructor(element, status) {
    this.element = element;
    this.status = status;
  }

  /** Shows what a view holds at a canonical pixel; null empties the readout. */
  show(view, field, step, place) {
    const { element } = this;
    element.classList.toggle("has-place", Boolean(place));
    if (!place) {
      for (const name of ["region", "value", "interval", "n", "p"]) this.set(name, "");
      for (const name of ["x", "y", "value"]) delete element.dataset[name];
      return;
    }
    const read = view.readAt(...place);
    if (step) Object.assign(read, { value: field.at(...place), error: NaN, n: step.n_images,
      x: field.place(place[0]), y: field.place(place[1]), low: NaN, high: NaN });
    Object.assign(element.dataset, { x: read.x, y: read.y, value: read.value });
    const unit = view.unit ? ` ${view.unit}` : "";
    this.set("region", read.region === "none" ? "between the regions" : read.region);
    this.set("value", Number.isNaN(read.value) ? "not measured"
      : (view.in_errors ? readableNumber(read.value, 3)
        : numberWithError(read.value, read.error)) + unit);
    this.set("interval", view.in_errors ? "" : this.interval(read));
    this.set("n", Number.isNaN(read.n) ? "" : step ? `the first ${step.n_images}`
      : view.minus ? `${Math.round(read.n)} in the smaller group`
        : `${Math.round(read.n)} of ${view.n_images}`);
    this.set("p", this.corrected(read));
  }

  interval(read) {
    if (!Number.isFinite(read.low)) return "";
    const holdsZero = read.low <= 0 && read.high >= 0;
    return intervalText(read.low, read.high) + (holdsZero ? ", holds zero" : "");
  }

  corrected(read) {
    const parts = [["clusters", read.pTfce], ["|z|", read.pFwe]]
      .filter(([, p]) => !Number.isNaN(p))
      .map(([name, p]) => `p = ${readableNumber(p, 2)} by ${name}`);
    return parts.join(", ");
  }

  /** Reads the numbers out to those who listen to the page. */
  announce() {
    const text = (name) => this.element.querySelector(`[data-name="${name}"]`).textContent;
    const interval = text("interval") ? `, 95 % interval ${text("interval")}` : "";
    this.status.textContent = text("value") ? `${text("region")}: ${text("value")}${interval}`
      : "outside the face";
  }

  set(name, text) {
    const item = this.element.querySelector(`[data-name="${name}"]`);
    item.textContent = text;
    item.parentElement.classList.toggle("is-empty", text === "");
  }
}

/** The colours of a view's scale with its ticks, as they look on the face. */
function drawColourBar(element, view, options) {
  const canvas = element.querySelector("canvas");
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  const { lowest, highest } = view.scale;
  const table = options.tables[view.scale.signed ? "signed" : "plain"];
  for (let x = 0; x < width; ++x) {
    const position = positionOn(view.scale, lowest + ((x + 0.5) / width) * (highest - lowest));
    const share = options.showFace ? opacity(position) : 1;
    const colour = 3 * colourIndex(view.scale, position);
    const rgb = [0, 1, 2].map((k) => share * table[colour + k] + (1 - share) * BARE_GREY);
    context.fillStyle = `rgb(${rgb.map(Math.round).join(" ")})`;
    context.fillRect(x, 0, 1, height);
  }
  const ticks = element.querySelector(".ticks");
  ticks.replaceChildren(...view.ticks.map(([value, text]) => {
    const tick = document.createElement("span");
    tick.textContent = text;
    tick.style.left = `${(100 * (value - lowest)) / (highest - lowest)}%`;
    return tick;
  }));
  element.querySelector(".bar-label").textContent = view.value_label;
}
