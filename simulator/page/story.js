// A story that is being played: when it is and what happens, with pause, next and speed.

import * as api from "./api.js";

const WAIT_SECONDS = 25;
const RETRY_MS = 2000;
const DAY = { day: "numeric", month: "long", year: "numeric" };
const bar = document.getElementById("story");
const play = document.getElementById("story-play");
const next = document.getElementById("story-next");
const speed = document.getElementById("story-speed");
let playing = true;

export async function followStory() {
  for (let after = -1; ;) {
    try {
      const story = await api.story(after, WAIT_SECONDS);
      if (story.version !== after) show(story);
      after = story.version;
    } catch {
      after = -1;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function show(story) {
  bar.hidden = !story.chapter;
  if (!story.chapter) return;
  playing = story.playing;
  const when = bar.querySelector("time");
  when.dateTime = story.at;
  when.textContent = new Date(story.at).toLocaleDateString("en-GB", DAY);
  bar.querySelector("strong").textContent = story.title;
  bar.querySelector(".told span").textContent = story.over ? `${story.caption} That was the story: look around for as long as you like.` : story.caption;
  bar.querySelector(".count").textContent = `${story.chapter} of ${story.chapters}`;
  play.textContent = playing ? "Pause" : "Play";
  speed.value = String(story.speed);
  for (const control of [play, next, speed]) control.disabled = story.over;
}

play.addEventListener("click", () => api.steer({ playing: !playing }));
next.addEventListener("click", () => api.steer({ next: true }));
speed.addEventListener("change", () => api.steer({ speed: Number(speed.value) }));
