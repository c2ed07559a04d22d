// Starts the page: unpacks the maps, then shows the face and the table of images.

async function start() {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const table = document.querySelector(".image-table");
  if (table && data.images.columns.length > 0) new ImageTable(table, data.images);
  openDetailsForPrint();

  const face = await Face.unpack(data.face);
  const views = data.views.map((packed) => new FaceView(packed, face));
  const find = (key) => views.find((view) => view.key === key);
  // Differences come after the groups that they are made of.
  for (const view of views) await view.load(find);
  for (const snapshot of data.snapshots) snapshot.field = await unpackValues(snapshot.values);
  document.documentElement.classList.add("has-viewer");
  new Viewer(document.querySelector(".viewer"), data, face, views);
  document.documentElement.dataset.ready = "true";
}

/** All that is folded away is printed too. */
function openDetailsForPrint() {
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open]):not(.not-printed)")];
    for (const details of opened) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
}

if ("DecompressionStream" in window) {
  start().catch((error) => {
    // The image of the map remains.
    document.documentElement.classList.remove("has-viewer");
    throw error;
  });
} else {
  document.querySelector(".old-browser").hidden = false;
}
