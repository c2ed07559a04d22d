// Numbers as people read them, as csm/report/number_text.py writes them.

function withMinusSign(text) {
  return text.startsWith("-") ? `\u2212${text.slice(1)}` : text;
}

function fixed(value, nDecimals) {
  const text = value.toFixed(Math.min(Math.max(nDecimals, 0), 15));
  return Number(text) === 0 ? text.replace("-", "") : text;
}

function leadingDigit(value) {
  return Math.floor(Math.log10(Math.abs(value)));
}

/** The value with so many significant digits, without trailing zeros. */
function readableNumber(value, digits = 4) {
  if (value === null || Number.isNaN(value)) return "unknown";
  if (value === 0) return "0";
  if (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e6) {
    return withMinusSign(value.toExponential(digits - 1));
  }
  const text = fixed(value, digits - 1 - leadingDigit(value));
  return withMinusSign(text.includes(".") ? text.replace(/\.?0+$/, "") : text);
}

/** "0.53 ± 0.08": the error with two digits, the value with as many decimals. */
function numberWithError(value, error) {
  if (!Number.isFinite(value) || !(error > 1e-5)) return readableNumber(value);
  const nDecimals = Math.max(0, 1 - leadingDigit(error));
  return `${withMinusSign(fixed(value, nDecimals))} ± ${fixed(error, nDecimals)}`;
}

/** "0.37 to 0.69", with decimals that tell its ends apart. */
function intervalText(low, high) {
  if (!(high > low)) return "unknown";
  if (high - low < 1e-5) return `${readableNumber(low, 3)} to ${readableNumber(high, 3)}`;
  const nDecimals = Math.max(0, 1 - leadingDigit((high - low) / 4));
  return `${withMinusSign(fixed(low, nDecimals))} to ${withMinusSign(fixed(high, nDecimals))}`;
}
