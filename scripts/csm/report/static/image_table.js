// The table of images: filtered by a column, sorted by a click on a head, 25 rows at a time.

const ROWS_SHOWN = 25;

/** The decimals of a column of numbers: three digits of its largest, none of whole numbers. */
function decimalsOf(values) {
  const known = values.filter((value) => value !== null);
  const largest = Math.max(0, ...known.map(Math.abs));
  if (largest === 0 || known.every(Number.isInteger)) return 0;
  return Math.max(0, 2 - leadingDigit(largest));
}

class ImageTable {
  constructor(root, images) {
    this.root = root;
    this.columns = images.columns;
    this.sorted = { column: null, descending: false };
    this.first = 0;
    this.column = root.querySelector("select");
    this.text = root.querySelector("input[type=search]");
    this.column.append(new Option("any column", "-1"),
      ...this.columns.map((column, k) => new Option(column.name, String(k))));
    this.decimals = Object.fromEntries(this.columns.filter((column) => column.numbers)
      .map((column) => [column.name, decimalsOf(column.values)]));
    this.makeHead();
    for (const input of [this.column, this.text]) {
      input.addEventListener("input", () => { this.first = 0; this.update(); });
    }
    for (const button of root.querySelectorAll("[data-page]")) {
      button.addEventListener("click", () => {
        this.first += Number(button.dataset.page) * ROWS_SHOWN;
        this.show();
      });
    }
    this.update();
  }

  makeHead() {
    const row = this.root.querySelector("thead tr");
    this.columns.forEach((column, k) => {
      const head = document.createElement("th");
      head.scope = "col";
      if (column.numbers) head.className = "number";
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = column.name;
      button.addEventListener("click", () => this.sortBy(k));
      head.append(button);
      row.append(head);
    });
  }

  sortBy(k) {
    const isSame = this.sorted.column === k;
    this.sorted = { column: k,
      descending: isSame ? !this.sorted.descending : this.columns[k].numbers };
    this.first = 0;
    [...this.root.querySelectorAll("thead th")].forEach((head, i) => {
      head.removeAttribute("aria-sort");
      if (i !== k) return;
      head.setAttribute("aria-sort", this.sorted.descending ? "descending" : "ascending");
    });
    this.update();
  }

  cell(column, row) {
    const value = column.values[row];
    if (!column.numbers) return value;
    return value === null ? "" : withMinusSign(fixed(value, this.decimals[column.name]));
  }

  update() {
    const wanted = this.text.value.trim().toLowerCase();
    const asked = this.columns.filter((_, k) => this.column.value === "-1"
      || Number(this.column.value) === k);
    this.rows = [...this.columns[0].values.keys()].filter((row) => !wanted
      || asked.some((column) => this.isMatch(column, row, wanted)));
    const { column, descending } = this.sorted;
    if (column !== null) {
      const { values, numbers } = this.columns[column];
      const sign = descending ? -1 : 1;
      this.rows.sort((a, b) => {
        if (!numbers) return sign * values[a].localeCompare(values[b], "en", { numeric: true });
        // What is unknown comes last either way.
        if (values[a] === null || values[b] === null) {
          return (values[a] === null) - (values[b] === null);
        }
        return sign * (values[a] - values[b]);
      });
    }
    this.show();
  }

  /** Texts hold what is wanted ("=male" is all of it); numbers compare by < or >, or begin so. */
  isMatch(column, row, wanted) {
    const value = column.values[row];
    if (!column.numbers) {
      const text = value.toLowerCase();
      return wanted.startsWith("=") ? text === wanted.slice(1).trim() : text.includes(wanted);
    }
    if (value === null || this.column.value === "-1") return false;
    const [, sign, limit] = wanted.match(/^([<>])\s*(-?\d*\.?\d+)$/) || [];
    if (sign) return sign === "<" ? value < Number(limit) : value > Number(limit);
    return String(value).startsWith(wanted);
  }

  show() {
    const n = this.rows.length;
    this.first = Math.min(Math.max(0, this.first), Math.max(0, n - 1));
    const shown = this.rows.slice(this.first, this.first + ROWS_SHOWN);
    this.root.querySelector("tbody").replaceChildren(...shown.map((row) => {
      const line = document.createElement("tr");
      line.append(...this.columns.map((column) => {
        const cell = document.createElement("td");
        if (column.numbers) cell.className = "number";
        cell.textContent = this.cell(column, row);
        return cell;
      }));
      return line;
    }));
    this.root.querySelector("[role=status]").textContent = n === 0 ? "No image matches."
      : `${this.first + 1} to ${this.first + shown.length} of ${n}`;
    for (const button of this.root.querySelectorAll("[data-page]")) {
      button.disabled = Number(button.dataset.page) < 0 ? this.first === 0
        : this.first + ROWS_SHOWN >= n;
    }
  }
}
