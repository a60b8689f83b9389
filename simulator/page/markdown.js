// **bold**, __italic__, ~~struck~~, ||hidden|| and `code` as people type them, the way Telegram's own apps read them
// (https://telegram.org/faq#q-can-i-format-my-messages). Offsets count UTF-16 units, as JavaScript's strings do.

const MARKS = [["**", "bold"], ["__", "italic"], ["~~", "strikethrough"], ["||", "spoiler"], ["`", "code"]];

// The text without its marks, and what they mark.
export function styled(typed) {
  const entities = [];
  let text = "";
  const open = new Map();
  for (let at = 0; at < typed.length;) {
    const [mark, type] = MARKS.find(([mark]) => typed.startsWith(mark, at)) || [];
    const inCode = open.has("code") && type !== "code";
    if (mark && !inCode && open.has(type)) {
      const offset = open.get(type);
      open.delete(type);
      if (text.length > offset) entities.push({ type, offset, length: text.length - offset });
      at += mark.length;
    } else if (mark && !inCode && closes(typed, mark, at + mark.length)) {
      open.set(type, text.length);
      at += mark.length;
    } else text += typed[at++];
  }
  return entities.length ? { text, entities } : { text };
}

// Something is marked only if the mark comes again, with words between.
function closes(typed, mark, from) {
  const end = typed.indexOf(mark, from);
  return end > from && typed.slice(from, end).trim() !== "";
}

// The other way round, to edit what was sent.
export function marked(text, entities) {
  const marks = new Map(MARKS.map(([mark, type]) => [type, mark]));
  const cuts = (entities || [])
    .filter(({ type }) => marks.has(type))
    .flatMap(({ type, offset, length }) => [[offset + length, marks.get(type)], [offset, marks.get(type)]])
    .sort(([a], [b]) => b - a);
  return cuts.reduce((words, [at, mark]) => words.slice(0, at) + mark + words.slice(at), text);
}

// Put a mark around what is selected in a field.
export function mark(field, type) {
  const [sign] = MARKS.find(([, known]) => known === type);
  const { selectionStart: from, selectionEnd: to, value } = field;
  field.setRangeText(`${sign}${value.slice(from, to)}${sign}`, from, to, "select");
  if (from === to) field.setSelectionRange(from + sign.length, from + sign.length);
}
