// The page: titles, playback and upload, held together.
import { titles, signIn, upload, progressOf } from './calls.js';
import { Playback } from './playback.js';
import { thumbnails, at, show } from './thumbnails.js';

const $ = (id) => document.getElementById(id);
const video = $('video');
const playback = new Playback(video);
let current;
let started = 0;
let cues = [];
window.playback = playback; // for whoever looks at the page from the browser's tools

function say(text) {
  $('state').textContent = text;
}

/** What was chosen last plays, whatever of an earlier choice is still under way. */
async function start(content) {
  const turn = ++started;
  current = content;
  $('now-playing').textContent = content.name;
  cues = [];
  $('stage').scrollIntoView({ block: 'nearest' });
  say('Asking for a session.');
  try {
    const token = await signIn($('entitlement').value);
    if (turn !== started) {
      return;
    }
    const session = await playback.start(token, content, $('protocol').value);
    const pictures = session.thumbnails ? await thumbnails(session.thumbnails) : [];
    if (turn === started) {
      cues = pictures;
      offer();
      say(`Playing, ${session.quality}.`);
    }
  } catch (problem) {
    if (turn === started) {
      say(explained(problem));
    }
  }
}

playback.onFailure = (problem) => say(explained(problem));

function explained(problem) {
  const http = problem.code === 1001 ? `the server answered ${problem.data?.[1]}` : '';
  const licence = problem.code === 6007 ? 'no licence' : '';
  return `It does not play: ${licence || http || problem.message || problem.code}.`;
}

function offer() {
  const qualities = playback.qualities();
  fill($('quality'), 'Automatic', qualities.map((quality) => quality.name));
  fill($('captions'), 'Off', playback.captions().map((track) => track.language || track.label || 'captions'));
  for (const id of ['play', 'position', 'quality', 'captions']) {
    $(id).disabled = false;
  }
}

function fill(select, first, names) {
  select.replaceChildren(new Option(first, ''), ...names.map((name, index) => new Option(name, String(index))));
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

function tick() {
  const { start, end, behind } = playback.span();
  const said = Number.isFinite(behind) ? `${clock(behind)} behind live` : `${clock(video.currentTime)} of ${clock(end)}`;
  Object.assign($('position'), { min: start, max: end, value: video.currentTime });
  $('position').setAttribute('aria-valuetext', said);
  $('time').textContent = said;
}

function figures() {
  $('protection').textContent = playback.isClear() ? `Not encrypted${current.live ? ': the emulated MediaPackage encrypts no live channel' : ''}.` : '';
  $('figures').replaceChildren(...Object.entries(playback.figures()).filter(([, text]) => text).map(([name, text]) => {
    const group = document.createElement('div');
    const term = group.appendChild(document.createElement('dt'));
    const value = group.appendChild(document.createElement('dd'));
    [term.textContent, value.textContent] = [name, text];
    return group;
  }));
}

async function preview(event) {
  const box = $('position').getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  const time = share * (video.duration || 0);
  const cue = at(cues, time);
  if (cue) {
    $('preview').hidden = false;
    $('preview').style.left = `${share * 100}%`;
    $('preview-time').textContent = clock(time);
    await show($('preview-image'), cue);
  }
}

async function list() {
  const found = await titles();
  $('titles').replaceChildren(...found.map((content) => {
    const item = document.createElement('li');
    const button = item.appendChild(document.createElement('button'));
    button.type = 'button';
    button.dataset.title = content.id;
    poster(button.appendChild(document.createElement('span')), content);
    const name = button.appendChild(document.createElement('span'));
    name.textContent = content.name;
    name.className = content.live ? 'live' : '';
    button.addEventListener('click', () => start(content));
    return item;
  }));
  if (!found.length) {
    $('titles').textContent = 'No title yet: upload one below.';
  }
}

/** The first thumbnail. A title without one stays a name. */
async function poster(place, content) {
  place.className = 'poster';
  const [first] = content.pictures ? await thumbnails(content.pictures) : [];
  if (first) {
    await show(place, first);
  }
}

function bar(name, share) {
  const id = `bar-${name.replace(/\W/g, '-')}`;
  let label = $(id);
  if (!label) {
    label = document.createElement('label');
    label.id = id;
    label.append(name, Object.assign(document.createElement('progress'), { max: 1 }), document.createElement('span'));
    $('progress').append(label);
  }
  label.querySelector('progress').value = share;
  label.querySelector('span').textContent = `${Math.round(share * 100)} %`;
}

async function send(event) {
  event.preventDefault();
  const file = $('file').files[0];
  $('progress').replaceChildren();
  try {
    const sent = await upload(file, $('title').value, (share) => bar('Upload', share));
    for (;;) {
      const now = await progressOf(sent);
      now.renditions.forEach(({ name, percent }) => bar(name, percent / 100));
      if (now.outcome) {
        $('progress').append(now.outcome === 'published' ? 'Published.' : `Not published: ${now.detail ?? now.outcome}.`);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await list();
  } catch (problem) {
    $('progress').append(`The upload failed: ${problem.message}.`);
  }
}

$('play').addEventListener('click', () => video.paused ? video.play() : video.pause());
video.addEventListener('play', () => { $('play').textContent = 'Pause'; });
video.addEventListener('pause', () => { $('play').textContent = 'Play'; });
video.addEventListener('timeupdate', tick);
video.addEventListener('waiting', () => say('Waiting for media.'));
video.addEventListener('playing', () => say('Playing.'));
video.addEventListener('ended', () => say('It is over.'));
$('position').addEventListener('input', () => { video.currentTime = Number($('position').value); });
$('position').addEventListener('pointermove', preview);
$('position').addEventListener('pointerleave', () => { $('preview').hidden = true; });
$('quality').addEventListener('change', () => playback.choose(playback.qualities()[$('quality').value]));
$('captions').addEventListener('change', () => playback.caption(playback.captions()[$('captions').value]));
$('volume').addEventListener('input', () => { video.volume = Number($('volume').value); });
$('fullscreen').addEventListener('click', () => $('stage').requestFullscreen());
$('protocol').addEventListener('change', () => current && start(current));
$('entitlement').addEventListener('change', () => current && start(current));
$('upload').addEventListener('submit', send);
setInterval(figures, 1000);
list().catch((problem) => say(`The titles cannot be read: ${problem.message}.`));
