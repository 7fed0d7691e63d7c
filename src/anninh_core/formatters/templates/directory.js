// Hides the groups that lack a word typed; the server has put the words, without diacritics, into data-find.
const box = document.getElementById("find"), nothing = document.getElementById("nothing");
const groups = [...document.querySelectorAll("li.group")];
const plain = text => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
box.parentElement.hidden = false;
box.addEventListener("input", () => {
  const wanted = plain(box.value).split(/\s+/).filter(Boolean);
  groups.forEach(group => { group.hidden = !wanted.every(word => group.dataset.find.includes(word)); });
  nothing.hidden = groups.some(group => !group.hidden);
});
