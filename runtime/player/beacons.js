// Quality of experience: what a viewer had to wait for, told to the platform every ten seconds and at the end.
// The platform refuses what it does not know: runtime/playback/events.py lists the events and their numbers.

const EVERY = 10_000; // milliseconds
const MOST = 50; // events of a beacon
const PLAYER = 'marquee-page/1';

export class Beacons {
  constructor(url, token, video, player) {
    Object.assign(this, { url, token, video, player, events: [], offs: [], asked: performance.now(), started: false, stalled: 0 });
    this.listen();
    this.timer = setInterval(() => {
      this.note('heartbeat', { position: video.currentTime, bufferMilliseconds: this.buffered(), droppedFrames: this.dropped() });
      this.send();
    }, EVERY);
  }

  listen() {
    const { video, player } = this;
    this.on(video, 'playing', () => {
      if (!this.started) {
        this.started = true;
        this.note('startup', { milliseconds: Math.round(performance.now() - this.asked) });
        this.send();
      } else if (this.stalled) {
        this.note('rebuffer', { milliseconds: Math.round(performance.now() - this.stalled) });
      }
      this.stalled = 0;
    });
    this.on(video, 'waiting', () => {
      if (this.started && !video.seeking) {
        this.stalled = performance.now();
      }
    });
    this.on(video, 'seeked', () => this.started && this.note('seek', { position: video.currentTime }));
    this.on(video, 'ended', () => this.note('ended', { position: video.currentTime }));
    this.on(player, 'adaptation', () => this.quality());
    this.on(player, 'variantchanged', () => this.quality());
    this.on(player, 'error', (event) => this.failed(event.detail));
  }

  on(target, name, handler) {
    target.addEventListener(name, handler);
    this.offs.push(() => target.removeEventListener(name, handler));
  }

  /** An error of shaka, or of the platform: its number. */
  failed(problem) {
    this.note('error', { code: Number(problem?.code ?? problem?.status) || 0 });
    this.send();
  }

  quality() {
    const active = this.player.getVariantTracks().find((track) => track.active);
    if (active) {
      this.note('quality', { bitrate: active.bandwidth, height: active.height ?? 0 });
    }
  }

  buffered() {
    const { buffered, currentTime } = this.video;
    for (let part = 0; part < buffered.length; part += 1) {
      if (buffered.start(part) <= currentTime && currentTime <= buffered.end(part)) {
        return Math.round((buffered.end(part) - currentTime) * 1000);
      }
    }
    return 0;
  }

  dropped() {
    return this.video.getVideoPlaybackQuality().droppedVideoFrames;
  }

  note(type, numbers) {
    this.events.push({ type, at: Date.now(), ...numbers });
  }

  async send() {
    const events = this.events.splice(0, MOST);
    if (!events.length) {
      return;
    }
    try {
      const answer = await fetch(this.url, {
        method: 'POST',
        keepalive: true,
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ events, player: PLAYER })
      });
      if (answer.status >= 500) {
        throw new Error(`the server answered ${answer.status}`);
      }
    } catch {
      this.events.unshift(...events); // the next attempt has them
    }
  }

  async stop() {
    clearInterval(this.timer);
    this.offs.forEach((off) => off());
    await this.send();
  }
}
