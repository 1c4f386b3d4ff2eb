export { needs } from "./needs.js";
