import "element-plus/es/components/message/style/css";
import "element-plus/es/components/message-box/style/css";
import "@/styles/element.css";
import "@/styles/base.css";

import { createPinia } from "pinia";
import { createApp } from "vue";

import App from "@/App.vue";
import { makeRouter } from "@/router";
import { i18n, language, speak } from "@/words";

const app = createApp(App);
app.use(createPinia());
app.use(i18n);
app.use(makeRouter());
speak(language.value);
app.mount("#app");
