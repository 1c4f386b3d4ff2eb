import { readPageData } from "./page-data.js";
import { showEvents } from "./show-events.js";
import { showFigures } from "./show-figures.js";
import { openForPrint } from "./open-for-print.js";

const data = readPageData();
showFigures(data.figures);
if (data.events) showEvents(data.events);
openForPrint();
