// The colours of a map on the face; csm/report/colour.py computes the same for images.

const BARE_GREY = 80;    // mean of the dimmed face, and of all of it when it is not shown
const FADED_SHARE = 0.2; // of a colour whose 95 % interval holds zero
const DIMMED_SHARE = 0.5; // of the face's brightness outside of the contours of a test

/** Share of the map's colour: none at zero, most from two thirds of the scale on. */
function opacity(position) {
  const t = Math.min(Math.abs(position) / 0.65, 1);
  return 0.88 * t * t * (3 - 2 * t);
}

/** Where a value is on a scale: 0 to 1, or -1 to 1 if it is signed. */
function positionOn(scale, value) {
  const position = value / scale.highest;
  return Math.min(Math.max(position, scale.signed ? -1 : 0), 1);
}

/** The index into the 256 colours of a position. */
function colourIndex(scale, position) {
  return Math.round(255 * (scale.signed ? (position + 1) / 2 : position));
}

/**
 * The map on the face: RGBA of each canonical pixel.
 * @param view a FaceView  @param field its values, or those of a snapshot
 * @param options {fade, showFace, tables, faceLight, region: index or -1,
 *   isSmall: without contours}
 */
function paintMap(view, field, options) {
  const { face, scale } = view;
  const table = options.tables[scale.signed ? "signed" : "plain"];
  const rgba = new Uint8ClampedArray(4 * face.width * face.height);
  const isFinal = field === view.mean;
  const hasContours = Boolean(view.p_fwe || view.p_tfce);
  for (let y = 0, i = 0; y < face.height; ++y) {
    for (let x = 0; x < face.width; ++x, ++i) {
      if (face.outside[i]) continue;
      const j = field.index(x, y);
      const isSeen = !view.count || view.count.at(x, y) >= view.leastCount;
      const value = isSeen ? field.values[j] : NaN;
      const isDim = options.fade && hasContours && !isFound(view, x, y);
      const base = (options.showFace ? options.faceLight * face.grey[i] : BARE_GREY)
        * (isDim ? DIMMED_SHARE : 1);
      let share = 0;
      let colour = 0;
      if (!Number.isNaN(value)) {
        const position = positionOn(scale, value);
        share = options.showFace ? opacity(position) : 1;
        if (options.fade && isFinal && holdsZero(view, x, y, value)) share *= FADED_SHARE;
        colour = 3 * colourIndex(scale, position);
      }
      for (let channel = 0; channel < 3; ++channel) {
        rgba[4 * i + channel] = share * table[colour + channel] + (1 - share) * base;
      }
      rgba[4 * i + 3] = 255;
    }
  }
  if (isFinal && !options.isSmall) paintContours(view, rgba);
  if (options.region >= 0 && face.regions) {
    outline(face, rgba, (i) => face.regions[i] === options.region, [255, 255, 255]);
  }
  return rgba;
}

/** Whether the 95 % interval of a place holds zero, or its corrected p is above 0.05. */
function holdsZero(view, x, y, value) {
  if (view.is_test) return !isFound(view, x, y);
  if (!view.errors) return false;
  return !(Math.abs(view.middleAt(x, y, value)) > view.reachAt(x, y));
}

function isFound(view, x, y) {
  return [view.p_fwe, view.p_tfce].some((p) => p && p.at(x, y) <= 0.05);
}

/** The contours of corrected p values: by clusters, and dashed by the largest |z|. */
function paintContours(view, rgba) {
  const { face } = view;
  for (const [p, isDashed] of [[view.p_fwe, true], [view.p_tfce, false]]) {
    if (!p) continue;
    const isIn = (i) => p.at(i % face.width, Math.floor(i / face.width)) <= 0.05;
    outline(face, rgba, isIn, [255, 255, 255], isDashed);
  }
}

/** Draws the edge of an area, two pixels wide. */
function outline(face, rgba, isIn, colour, isDashed = false) {
  const { width, height } = face;
  for (let y = 2; y < height - 2; ++y) {
    for (let x = 2; x < width - 2; ++x) {
      const i = y * width + x;
      if (face.outside[i] || !isIn(i)) continue;
      if (isDashed && Math.floor((x + y) / 8) % 2) continue;
      const isEdge = [1, -1, 2, -2, width, -width, 2 * width, -2 * width]
        .some((step) => !isIn(i + step) || face.outside[i + step]);
      if (isEdge) rgba.set(colour, 4 * i);
    }
  }
}
