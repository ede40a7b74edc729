// Behaves at first: shakes hands like any mini-service, and keeps what it learns where the attacks find it.
import { city } from "/sdk/v1/onecity.js";

window.city = city;
window.learned = { context: await city.ready(), user: await city.user() };
document.querySelector("#state").textContent = "ready";
