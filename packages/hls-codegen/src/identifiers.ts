/** Longest identifier: `config_compile -name_max_length 80` cuts what is longer, with room for `_accum_t`. */
const LONGEST = 60;

/** Words of C++ and names that the firmware or its headers have themselves. */
const RESERVED = new RegExp(
  `^(?:${[
    "main|defines|parameters|nnet|hls|std|input_1|strips|window|TRACE|NULL|EOF|INPUTS|OUTPUTS|DECIMALS",
    "(?:w|b|s|config|layer)\\d+|layer\\d+_out|.*_t|ap_.*|AP_.*",
    "alignas|alignof|and|and_eq|asm|auto|bitand|bitor|bool|break|case|catch|char|class|compl|const",
    "constexpr|const_cast|continue|decltype|default|delete|do|double|dynamic_cast|else|enum|explicit",
    "export|extern|false|float|for|friend|goto|if|inline|int|long|mutable|namespace|new|noexcept|not",
    "not_eq|nullptr|operator|or|or_eq|private|protected|public|register|reinterpret_cast|return|short",
    "signed|sizeof|static|static_assert|static_cast|struct|switch|template|this|thread_local|throw|true",
    "try|typedef|typeid|typename|union|unsigned|using|virtual|void|volatile|wchar_t|while|xor|xor_eq",
  ].join("|")})$`,
);

/** Whether a name means something else in the generated C++. */
export function isReserved(name: string): boolean {
  return RESERVED.test(name);
}

/** The nearest C identifier: accents fall, everything else that is no letter or digit is an underscore. */
function toIdentifier(name: string): string {
  const word = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, LONGEST);
  if (word === "") return "layer";
  return /^[A-Za-z]/.test(word) && !isReserved(word) ? word : `layer_${word}`.slice(0, LONGEST);
}

/**
 * C++ identifiers of layers, one per name and all different: a name that is one already stays as it
 * is, another gives up what C++ can not hold, and a number is appended where two would be the same.
 * What a layer is called never reaches a file name.
 */
export function identifiersOf(names: readonly string[]): string[] {
  const taken = new Set(names.filter((name) => toIdentifier(name) === name));
  /** The number to try next, by word: thousands of layers may come to the same one. */
  const numbers = new Map<string, number>();
  return names.map((name) => {
    const word = toIdentifier(name);
    if (word === name) return word;
    let identifier = word;
    let next = numbers.get(word) ?? 2;
    for (; taken.has(identifier); next += 1) {
      const suffix = `_${next}`;
      identifier = `${word.slice(0, LONGEST - suffix.length)}${suffix}`;
    }
    numbers.set(word, next);
    taken.add(identifier);
    return identifier;
  });
}

/**
 * A name as text in a comment, a table or a document: printable ASCII without anything that could
 * end the comment, continue the line or open markup, cut where it is long.
 */
export function displayName(name: string): string {
  const safe = name.replace(/[^\x20-\x7e]/g, "?").replace(/[\\|`<>*?&]/g, "_");
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST - 3)}...` : safe;
}
