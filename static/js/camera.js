// <div data-camera data-input="id_photo" data-way="id_way">: a photo taken here goes into the file input as a JPEG.
// The camera opens in a dialog, by its button and by every link with data-camera-open. All texts stand in
// components/camera.html. Whatever fails is said in the dialog, and the file input stays as it was.
(() => {
  const LONGEST = 1600; // pixels: enough for a face and a curtain, small enough for a slow line
  const QUALITY = 0.9;
  const WARM = 600; // milliseconds until a camera has found its exposure: its first pictures may be black
  const CHOSEN = "camera"; // the camera this workplace has chosen last, in localStorage where the browser allows it

  const remember = (deviceId) => {
    try { localStorage.setItem(CHOSEN, deviceId); } catch { /* a browser that keeps nothing begins anew */ }
    return deviceId;
  };
  const remembered = () => {
    try { return localStorage.getItem(CHOSEN); } catch { return null; }
  };

  const problem = (box, error) => {
    const texts = box.dataset;
    if (error.name === "NotAllowedError") return texts.denied;
    if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return texts.missing;
    return texts.failed;
  };

  const draw = (video) => {
    const scale = Math.min(1, LONGEST / Math.max(video.videoWidth, video.videoHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
  };

  const media = (which) => navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: 1600 }, height: { ideal: 1200 }, ...which },
    audio: false,
  });

  // The chosen camera; any other when it is not plugged in any more.
  const ask = async (deviceId) => {
    const any = { facingMode: "environment" };
    if (!deviceId) return media(any);
    try {
      return await media({ deviceId: { exact: deviceId } });
    } catch (error) {
      if (error.name !== "OverconstrainedError" && error.name !== "NotFoundError") throw error;
      return media(any);
    }
  };

  // The word of the person whose photo is taken; the only one there is, where nobody is chosen.
  const wordShown = (form) => {
    const chosen = form?.elements.namedItem("person")?.value;
    return [...document.querySelectorAll("[data-word]")].find(
      (word) => !chosen || word.closest("[data-person]").dataset.person === chosen,
    );
  };

  const start = (box) => {
    const input = document.getElementById(box.dataset.input);
    if (!input || !navigator.mediaDevices?.getUserMedia) return;
    const way = document.getElementById(box.dataset.way);
    box.append(box.querySelector("template").content.cloneNode(true));
    const part = (name) => box.querySelector(`[data-part="${name}"]`);
    const [dialog, video, shot, say, cameras] = ["dialog", "video", "shot", "say", "cameras"].map(part);
    const least = box.dataset.least.split(" ").map(Number); // pixels of the longer and the shorter side
    const openers = [...document.querySelectorAll("[data-camera-open]")];
    let stream = null;
    let chosen = remembered();
    let turn = 0; // grows with each start and stop: a camera that answers late has lost its turn

    const cameBy = (name) => { if (way) way.value = name; };
    const ready = (words) => {
      part("ready").textContent = words;
      for (const opener of openers) opener.classList.toggle("is-ready", Boolean(words));
    };
    const release = (live) => live?.getTracks().forEach((track) => track.stop());
    const stop = () => {
      release(stream);
      stream = null;
      turn += 1;
    };
    const preview = (file) => {
      if (shot.src) URL.revokeObjectURL(shot.src);
      shot.hidden = !file?.type.startsWith("image/");
      if (shot.hidden) shot.removeAttribute("src");
      else shot.src = URL.createObjectURL(file);
    };
    const showWord = () => { part("word").textContent = wordShown(input.form)?.textContent ?? ""; };
    const name = async () => {
      const devices = await navigator.mediaDevices.enumerateDevices();
      const seen = devices.filter((device) => device.kind === "videoinput");
      const used = stream.getVideoTracks()[0].getSettings().deviceId;
      cameras.replaceChildren(...seen.map((device, index) => new Option(
        device.label || `${box.dataset.nameless} ${index + 1}`, device.deviceId, false, device.deviceId === used,
      )));
      part("choice").hidden = seen.length < 2;
    };
    const isTooSmall = () => {
      const sides = [video.videoWidth, video.videoHeight].sort((one, other) => other - one);
      return sides.some((side, index) => side < least[index]);
    };
    const isLate = () => {
      const until = wordShown(input.form)?.dataset.until;
      return Boolean(until) && Date.parse(until) <= Date.now();
    };
    // The photo goes into the form at once; it is looked at where the papers are, and taken again in the same way.
    const use = (photo) => {
      const files = new DataTransfer();
      files.items.add(new File([photo], "photo.jpg", { type: "image/jpeg" }));
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.dispatchEvent(new Event("input", { bubbles: true }));
      cameBy("camera"); // after the events: they say that a file was chosen by hand
      ready(box.dataset.ready);
      document.dispatchEvent(new CustomEvent("photo-taken", { detail: { url: shot.src, label: box.dataset.title } }));
    };
    const acts = {
      open: async () => {
        part("take").disabled = true; // first of all: the dialog gives the focus to what it can press
        if (!dialog.open) {
          dialog.showModal();
          part("pose").focus(); // the script moves it: the attribute would stand in every page of a filing
        }
        stop();
        say.textContent = "";
        showWord();
        const mine = turn;
        try {
          const live = await ask(chosen);
          if (mine !== turn) {
            release(live);
            return;
          }
          stream = live;
          video.srcObject = stream;
          await video.play();
          await name();
          await new Promise((done) => { setTimeout(done, WARM); });
          if (mine !== turn) return;
          if (isTooSmall()) say.textContent = box.dataset.few;
          part("take").disabled = false;
          part("take").focus();
        } catch (error) {
          if (mine !== turn) return;
          stop();
          say.textContent = problem(box, error);
          part("retry").focus();
        }
      },
      take: async () => {
        say.textContent = isLate() ? box.dataset.late : "";
        if (say.textContent) return;
        // Seen at once, and one press takes one photo: the browser may need seconds to make the JPEG.
        video.pause();
        part("take").disabled = true;
        part("pose").focus();
        const mine = turn;
        const photo = await draw(video);
        if (mine !== turn || !dialog.open) return; // cancelled or started again meanwhile
        dialog.close();
        use(photo);
      },
      cancel: () => dialog.close(),
    };
    dialog.addEventListener("close", stop);
    dialog.addEventListener("click", (event) => acts[event.target.closest("[data-act]")?.dataset.act]?.());
    for (const opener of openers) {
      opener.addEventListener("click", (event) => {
        event.preventDefault();
        acts.open();
      });
    }
    cameras.addEventListener("change", () => {
      chosen = remember(cameras.value);
      acts.open();
    });
    const [person, asked] = [part("person"), input.form?.elements.namedItem("person")];
    if (person && asked) {
      person.value = asked.value;
      person.addEventListener("change", () => {
        asked.value = person.value;
        showWord();
      });
      asked.addEventListener("change", () => { person.value = asked.value; });
    }
    input.addEventListener("change", () => {
      cameBy("upload");
      ready("");
      preview(input.files[0]);
    });
    window.addEventListener("pagehide", stop);
    cameBy("upload");
  };

  document.querySelectorAll("[data-camera]").forEach(start);
})();
