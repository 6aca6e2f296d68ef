// A deadline as people set it (five working days after the task is made) and as FEEL says it.

export const UNITS = {
  WD: ["arbejdsdage", "working days"],
  CD: ["kalenderdage", "calendar days"],
  HD: ["hverdage med lørdag", "weekdays with Saturday"],
  SD: ["skoledage", "school days"],
  M: ["måneder", "months"],
};

const SIMPLE =
  /^\s*=?\s*(after|before)\(\s*([A-Za-z_][A-Za-z0-9_]*)\s*,\s*(?:"(\d{1,5}) ?(WD|CD|HD|SD)"|"P(\d{1,4})M"|param\(\s*"([^"\\]+)"\s*\))\s*\)\s*$/;

/**
 * Return the parts of a FEEL deadline, or null when it says more than the form can show.
 * `period` is {number, unit}; `key` is a parameter; one of them is null.
 */
export function read(feel) {
  const found = SIMPLE.exec(feel);
  if (!found) return null;
  const [, direction, from, number, unit, months, key] = found;
  const period = key ? null : { number: Number(number ?? months), unit: unit ?? "M" };
  return { direction, from, period, key: key ?? null };
}

/** Return the FEEL of a deadline. */
export function write({ direction, from, period, key }) {
  const length = key
    ? `param("${key}")`
    : period.unit === "M"
      ? `"P${period.number}M"`
      : `"${period.number} ${period.unit}"`;
  return `${direction}(${from}, ${length})`;
}
