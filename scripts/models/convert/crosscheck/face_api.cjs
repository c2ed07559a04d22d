// Outputs of face-api and of the faceres graph under TensorFlow.js. Needs @tensorflow/tfjs and
// @tensorflow/tfjs-backend-wasm in the folder from which it is run: node face_api.cjs FOLDER PACKAGES
const fs = require('fs');
const path = require('path');
const [folder, packages] = process.argv.slice(2);
const tf = require(require.resolve('@tensorflow/tfjs', { paths: [process.cwd()] }));
process.env.NODE_PATH = path.join(process.cwd(), 'node_modules');
require('module').Module._initPaths();

function write(name, image, output, tensor) {
  const values = Float32Array.from(tensor.dataSync());
  fs.writeFileSync(path.join(folder, `${name}.${image}.${output}.other`), Buffer.from(values.buffer));
}

function read(name, suffix, size, kind) {
  const bytes = fs.readFileSync(path.join(folder, `${name}.${suffix}`));
  const values = new kind(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return tf.tensor4d(Float32Array.from(values), [3, size, size, 3]);
}

async function main() {
  await tf.setBackend('cpu');
  const faceapi = require(path.join(packages, 'vladmandic-face-api-1.7.15/dist/face-api.node-wasm.js'));
  await faceapi.tf.setBackend('cpu');
  const weights = path.join(packages, 'vladmandic-face-api-1.7.15/model');
  const { ageGenderNet, faceExpressionNet, faceRecognitionNet } = faceapi.nets;
  for (const net of [ageGenderNet, faceExpressionNet, faceRecognitionNet]) await net.loadFromDisk(weights);
  for (let i = 0; i < 3; i += 1) {
    const picture = (name, size) => new faceapi.NetInput([read(name, 'rgb8', size, Uint8Array).slice([i, 0, 0, 0], [1, size, size, 3]).squeeze([0])]);
    const { age, gender } = ageGenderNet.runNet(picture('gender', 112));
    write('gender', i, 0, gender);
    write('gender', i, 1, age);
    write('expression', i, 0, faceExpressionNet.runNet(picture('expression', 112)));
    write('recognition_dlib', i, 0, faceRecognitionNet.forwardInput(picture('recognition_dlib', 150)));
  }
  const models = path.join(packages, 'vladmandic-human-3.3.6/models');
  const document = JSON.parse(fs.readFileSync(path.join(models, 'faceres.json')));
  const data = fs.readFileSync(path.join(models, 'faceres.bin'));
  const graph = await tf.loadGraphModel({ load: async () => ({
    modelTopology: document.modelTopology, signature: document.signature, format: document.format,
    weightSpecs: document.weightsManifest[0].weights,
    weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length) }) });
  const faces = read('age', 'nhwc', 224, Float32Array);
  for (let i = 0; i < 3; i += 1) {
    const face = faces.slice([i, 0, 0, 0], [1, 224, 224, 3]);
    const [age, gender] = graph.execute(face, ['age_pred/BiasAdd', 'gender_pred/BiasAdd']);
    write('age', i, 0, age);
    write('gender_faceres', i, 0, gender);
  }
}

main();
