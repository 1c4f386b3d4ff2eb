/** A figure as the notes of a verdict print it. */
export const number = (value: number) =>
  value.toLocaleString("en-US", { maximumFractionDigits: 6 });

/** A share of 1 in percent, with three digits that count. */
export const percent = (value: number) => `${number(Number((100 * value).toPrecision(3)))} %`;
