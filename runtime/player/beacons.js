// Quality of experience: what a viewer had to wait for, told to the platform every ten seconds and at the end.

const EVERY = 10_000; // milliseconds

export class Beacons {
  constructor(url, token, video, player) {
    this.url = url;
    this.token = token;
    this.video = video;
    this.player = player;
    this.events = [];
    this.asked = performance.now();
    this.started = false;
    this.stalled = 0;
    this.listen();
    this.timer = setInterval(() => this.send(), EVERY);
  }

  listen() {
    this.on(this.video, 'playing', () => {
      if (!this.started) {
        this.started = true;
        this.note('startup', { ms: Math.round(performance.now() - this.asked) });
      } else if (this.stalled) {
        this.note('rebuffer', { ms: Math.round(performance.now() - this.stalled) });
      }
      this.stalled = 0;
    });
    this.on(this.video, 'waiting', () => {
      if (this.started && !this.video.seeking) {
        this.stalled = performance.now();
      }
    });
    this.on(this.player, 'adaptation', () => this.note('bitrate', { kbps: this.kbps() }));
    this.on(this.player, 'variantchanged', () => this.note('bitrate', { kbps: this.kbps() }));
    this.on(this.player, 'error', (event) => this.note('error', { code: String(event.detail?.code ?? 'unknown') }));
  }

  on(target, name, handler) {
    target.addEventListener(name, handler);
    (this.off ??= []).push(() => target.removeEventListener(name, handler));
  }

  kbps() {
    return Math.round((this.player.getVariantTracks().find((track) => track.active)?.bandwidth ?? 0) / 1000);
  }

  note(type, data) {
    this.events.push({ type, at: Date.now(), positionMs: Math.round(this.video.currentTime * 1000), ...data });
  }

  async send() {
    const events = this.events.splice(0, 50);
    if (!events.length) {
      return;
    }
    try {
      await fetch(this.url, {
        method: 'POST',
        keepalive: true,
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ events })
      });
    } catch {
      this.events.unshift(...events); // the next attempt has them
    }
  }

  async stop() {
    clearInterval(this.timer);
    this.off.forEach((off) => off());
    await this.send();
  }
}
