// Pictures on the scrubber, from a WebVTT of `#xywh` places in sprites.

const CUE = /(?:(\d+):)?(\d+):(\d+)\.(\d+) --> (?:(\d+):)?(\d+):(\d+)\.(\d+)[^\n]*\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;

export async function thumbnails(url) {
  const answer = await fetch(url, { credentials: 'include' });
  if (!answer.ok) {
    return [];
  }
  const text = (await answer.text()).replaceAll('\r\n', '\n');
  return [...text.matchAll(CUE)].map((cue) => ({
    from: seconds(cue.slice(1, 5)),
    to: seconds(cue.slice(5, 9)),
    sprite: new URL(cue[9], answer.url).href,
    place: cue.slice(10, 14).map(Number)
  }));
}

export function at(cues, time) {
  return cues.find((cue) => time >= cue.from && time < cue.to) ?? cues.at(-1);
}

/** The sprite as an object URL: a background image would be asked for without the cookies. */
const sprites = new Map();
export async function picture(cue) {
  if (!sprites.has(cue.sprite)) {
    sprites.set(cue.sprite, fetch(cue.sprite, { credentials: 'include' })
      .then((answer) => answer.ok ? answer.blob() : Promise.reject(new Error(`sprite: ${answer.status}`)))
      .then((blob) => URL.createObjectURL(blob)));
  }
  return sprites.get(cue.sprite);
}

export async function show(element, cue) {
  const [x, y, width, height] = cue.place;
  element.style.width = `${width}px`;
  element.style.height = `${height}px`;
  element.style.backgroundImage = `url("${await picture(cue)}")`;
  element.style.backgroundPosition = `-${x}px -${y}px`;
}

function seconds([hours, minutes, whole, milliseconds]) {
  return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(whole) + Number(milliseconds) / 1000;
}
