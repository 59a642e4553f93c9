// <div data-camera data-input="id_photo" data-way="id_way">: a photo taken here goes into the file input as a JPEG.
// All texts stand in components/camera.html. Whatever fails, the file input stays as it was.
(() => {
  const LONGEST = 1600; // pixels: enough for a face and a curtain, small enough for a slow line
  const LEAST = [800, 600];
  const QUALITY = 0.9;
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
    const [video, shot, say, cameras] = ["video", "shot", "say", "cameras"].map(part);
    let stream = null;
    let photo = null;
    let chosen = remembered();
    let turn = 0; // grows with each start and stop: a camera that answers late has lost its turn

    const cameBy = (name) => { if (way) way.value = name; };
    // Which parts are seen in which of the steps: closed, live, taken.
    const step = (name) => {
      for (const element of box.querySelectorAll("[data-in]")) {
        element.hidden = !element.dataset.in.split(" ").includes(name);
      }
      const word = wordShown(input.form);
      part("word").hidden ||= !word;
      part("word").textContent = word?.textContent ?? "";
      part("choice").hidden ||= cameras.options.length < 2;
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
    const name = async () => {
      const devices = await navigator.mediaDevices.enumerateDevices();
      const seen = devices.filter((device) => device.kind === "videoinput");
      const used = stream.getVideoTracks()[0].getSettings().deviceId;
      cameras.replaceChildren(...seen.map((device, index) => new Option(
        device.label || `${box.dataset.nameless} ${index + 1}`, device.deviceId, false, device.deviceId === used,
      )));
    };
    const isTooSmall = () => {
      const sides = [video.videoWidth, video.videoHeight].sort((one, other) => other - one);
      return sides[0] < LEAST[0] || sides[1] < LEAST[1];
    };
    const isLate = () => {
      const until = wordShown(input.form)?.dataset.until;
      return Boolean(until) && Date.parse(until) <= Date.now();
    };
    const acts = {
      open: async () => {
        try {
          say.textContent = "";
          stop();
          part("take").disabled = true;
          const mine = turn;
          const live = await ask(chosen);
          if (mine !== turn) {
            release(live);
            return;
          }
          stream = live;
          video.srcObject = stream;
          await video.play();
          await name();
          preview(null);
          step("live");
          if (isTooSmall()) say.textContent = box.dataset.few;
          part("take").disabled = false;
          part("take").focus();
        } catch (error) {
          acts.cancel();
          say.textContent = problem(box, error);
        }
      },
      take: async () => {
        say.textContent = isLate() ? box.dataset.late : "";
        if (say.textContent) return;
        photo = await draw(video);
        stop();
        preview(photo);
        step("taken");
        part("use").focus();
      },
      use: () => {
        const files = new DataTransfer();
        files.items.add(new File([photo], "photo.jpg", { type: "image/jpeg" }));
        input.files = files.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
        input.dispatchEvent(new Event("input", { bubbles: true }));
        cameBy("camera"); // after the events: they say that a file was chosen by hand
        step("closed");
        say.textContent = box.dataset.ready;
        part("open").focus();
      },
      cancel: () => {
        stop();
        preview(input.files[0]);
        step("closed");
      },
    };
    box.addEventListener("click", (event) => acts[event.target.closest("[data-act]")?.dataset.act]?.());
    cameras.addEventListener("change", () => {
      chosen = remember(cameras.value);
      acts.open();
    });
    input.addEventListener("change", () => {
      cameBy("upload");
      preview(input.files[0]);
    });
    window.addEventListener("pagehide", stop);
    cameBy("upload");
    step("closed");
  };

  document.querySelectorAll("[data-camera]").forEach(start);
})();
