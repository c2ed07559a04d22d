// The canonical face in space: its shape, how it is turned, what is under a point, and WebGL.

const DISTANCE = 5;  // of the eye, in half sides of the face
const LARGEST_YAW = 1.35;
const LARGEST_PITCH = 0.9;

/** The shape: positions around the origin, y up and z to the viewer, half a side long. */
class Surface {
  constructor(face) {
    const n = face.vertices.width;
    const axis = (k) => face.vertices.values.subarray(k * n, (k + 1) * n);
    const [xs, ys, zs] = [axis(0), axis(1), axis(2)];
    const middle = (values) => {
      const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)],
        [Infinity, -Infinity]);
      return [(low + high) / 2, (high - low) / 2];
    };
    const [[centreX, halfX], [centreY, halfY], [centreZ, halfZ]] = [xs, ys, zs].map(middle);
    this.half = Math.max(halfX, halfY);
    this.size = [face.width, face.height];
    this.triangles = face.triangles;
    this.canonical = { xs, ys };
    this.positions = new Float32Array(3 * n);
    this.places = new Float32Array(2 * n);
    for (let i = 0; i < n; ++i) {
      this.positions[3 * i] = (xs[i] - centreX) / this.half;
      this.positions[3 * i + 1] = -(ys[i] - centreY) / this.half;
      this.positions[3 * i + 2] = (zs[i] - centreZ) / this.half;
      this.places[2 * i] = xs[i] / face.width;
      this.places[2 * i + 1] = ys[i] / face.height;
    }
    this.extent = [halfX / this.half, halfY / this.half, halfZ / this.half];
    this.normals = this.makeNormals();
  }

  /** The mean of the normals of the triangles at each vertex, towards the viewer. */
  makeNormals() {
    const p = this.positions;
    const normals = new Float32Array(p.length);
    for (let k = 0; k < this.triangles.length; k += 3) {
      const [a, b, c] = [0, 1, 2].map((corner) => 3 * this.triangles[k + corner]);
      const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
      const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
      const normal = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
      const sign = normal[2] < 0 ? -1 : 1;
      for (const corner of [a, b, c]) {
        for (let axis = 0; axis < 3; ++axis) normals[corner + axis] += sign * normal[axis];
      }
    }
    return normals;
  }

  /** The matrix (4 x 4, by columns) from positions to the clip space of a square canvas. */
  matrix({ yaw, pitch, zoom }) {
    const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
    const focal = (0.88 * zoom * (DISTANCE - this.extent[2])) / Math.max(...this.extent);
    const rows = [[cy, 0, sy], [sp * sy, cp, -sp * cy], [-cp * sy, sp, cp * cy]];
    const [near, far] = [0.5, 2 * DISTANCE];
    const depthScale = (far + near) / (far - near);
    const columns = [0, 1, 2].map((k) => [focal * rows[0][k], focal * rows[1][k],
      -depthScale * rows[2][k], -rows[2][k]]);
    const offset = [0, 0, depthScale * DISTANCE - (2 * far * near) / (far - near), DISTANCE];
    return new Float32Array([...columns, offset].flat());
  }

  /** The place of a position on the canvas, -1 to 1 with y up, and how far away it is. */
  static project(matrix, x, y, z) {
    const row = (k) => matrix[k] * x + matrix[4 + k] * y + matrix[8 + k] * z + matrix[12 + k];
    const w = row(3);
    return [row(0) / w, row(1) / w, w];
  }

  /** The canonical pixel [x, y] under a point of the canvas; null if the face is not there. */
  pick(turn, pointX, pointY) {
    const matrix = this.matrix(turn);
    const n = this.positions.length / 3;
    const [px, py, depth] = [new Float32Array(n), new Float32Array(n), new Float32Array(n)];
    for (let i = 0; i < n; ++i) {
      const p = this.positions.subarray(3 * i, 3 * i + 3);
      [px[i], py[i], depth[i]] = Surface.project(matrix, p[0], p[1], p[2]);
    }
    let nearest = null;
    this.eachTriangleAt(px, py, pointX, pointY, (corners, weights) => {
      // Perspective: what lies along a triangle goes with 1 / depth.
      const near = weights.map((weight, k) => weight / depth[corners[k]]);
      const sum = near[0] + near[1] + near[2];
      if (nearest && sum < nearest.sum) return;
      nearest = { sum, corners, weights: near.map((weight) => weight / sum) };
    });
    if (!nearest) return null;
    const mix = (values) => nearest.corners.reduce((sum, corner, k) =>
      sum + nearest.weights[k] * values[corner], 0);
    return [mix(this.canonical.xs), mix(this.canonical.ys)];
  }

  /** The point of the canvas of a canonical pixel; null if the surface is not there. */
  pointOf(turn, x, y) {
    let found = null;
    const { xs, ys } = this.canonical;
    this.eachTriangleAt(xs, ys, x, y, (corners, weights) => {
      const position = [0, 1, 2].map((axis) => corners.reduce((sum, corner, k) =>
        sum + weights[k] * this.positions[3 * corner + axis], 0));
      if (!found || position[2] > found[2]) found = position;
    });
    return found && Surface.project(this.matrix(turn), ...found);
  }

  /** Calls back for each triangle that holds a point, with its corners and their weights. */
  eachTriangleAt(xs, ys, x, y, found) {
    for (let k = 0; k < this.triangles.length; k += 3) {
      const [a, b, c] = [this.triangles[k], this.triangles[k + 1], this.triangles[k + 2]];
      const area = (xs[b] - xs[a]) * (ys[c] - ys[a]) - (xs[c] - xs[a]) * (ys[b] - ys[a]);
      if (area === 0) continue;
      const ofB = ((x - xs[a]) * (ys[c] - ys[a]) - (xs[c] - xs[a]) * (y - ys[a])) / area;
      const ofC = ((xs[b] - xs[a]) * (y - ys[a]) - (x - xs[a]) * (ys[b] - ys[a])) / area;
      if (ofB >= 0 && ofC >= 0 && ofB + ofC <= 1) found([a, b, c], [1 - ofB - ofC, ofB, ofC]);
    }
  }
}

const VERTEX_SHADER = `#version 300 es
uniform mat4 matrix;
uniform vec3 light;
in vec3 position;
in vec3 normal;
in vec2 place;
out vec2 at;
out float shade;
void main() {
  gl_Position = matrix * vec4(position, 1.0);
  at = place;
  shade = 0.74 + 0.26 * max(0.0, dot(normalize(normal), light));
}`;

const PIXEL_SHADER = `#version 300 es
precision highp float;
uniform sampler2D map;
in vec2 at;
in float shade;
out vec4 colour;
void main() {
  vec4 painted = texture(map, at);
  if (painted.a < 0.5) discard;
  colour = vec4(painted.rgb / painted.a * shade, 1.0);
}`;

/** Draws the surface with WebGL 2. Throws an Error if the browser has none. */
class SurfaceDrawing {
  constructor(canvas, surface) {
    const gl = canvas.getContext("webgl2", { antialias: true, alpha: true });
    if (!gl) throw new Error("this browser has no WebGL 2");
    Object.assign(this, { canvas, surface, gl });
    this.program = this.link();
    this.attribute("position", surface.positions, 3);
    this.attribute("normal", surface.normals, 3);
    this.attribute("place", surface.places, 2);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, surface.triangles, gl.STATIC_DRAW);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
    gl.enable(gl.DEPTH_TEST);
  }

  link() {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX_SHADER],
      [gl.FRAGMENT_SHADER, PIXEL_SHADER]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      throw new Error(`WebGL: ${gl.getProgramInfoLog(program)}`);
    }
    gl.useProgram(program);
    return program;
  }

  attribute(name, values, size) {
    const { gl } = this;
    const place = gl.getAttribLocation(this.program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, gl.FLOAT, false, 0, 0);
  }

  setMap(rgba, width, height) {
    const { gl } = this;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE,
      new Uint8Array(rgba.buffer));
    gl.generateMipmap(gl.TEXTURE_2D);
  }

  draw(turn) {
    const { gl, canvas, surface } = this;
    const side = Math.round(canvas.clientWidth * Math.min(window.devicePixelRatio || 1, 2));
    if (canvas.width !== side) canvas.width = canvas.height = side;
    gl.viewport(0, 0, side, side);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.uniformMatrix4fv(gl.getUniformLocation(this.program, "matrix"), false,
      surface.matrix(turn));
    // The light turns with the viewer: it is that of the viewer in the face's own axes.
    const [cy, sy, cp, sp] = [Math.cos(turn.yaw), Math.sin(turn.yaw), Math.cos(turn.pitch),
      Math.sin(turn.pitch)];
    gl.uniform3f(gl.getUniformLocation(this.program, "light"), -cp * sy, sp, cp * cy);
    gl.drawElements(gl.TRIANGLES, surface.triangles.length,
      surface.triangles instanceof Uint16Array ? gl.UNSIGNED_SHORT : gl.UNSIGNED_INT, 0);
  }
}
