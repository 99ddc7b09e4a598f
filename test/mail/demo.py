#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""demo.py OUTDIR [--count 200] [--now YYYY-MM-DD] [--seed 1] - mail worth looking at.

The inbox of Alice Hartmann over the eight weeks before --now (default: today): talks in a
dozen languages, a mailing list, newsletters, receipts, invitations, machines that report.
Writes NNNNNN.eml and NNNNNN.json, oldest first, with the truth of generate.py."""

import argparse
import datetime
import json
import os
import random
import struct
import sys
import zlib

sys.dont_write_bytecode = True      # leave no __pycache__ in the source tree
from message import (Addresses, Leaf, Message, Multi, base64_lines, encoded_words, envelope,
                     field, header_date, local, quoted_printable, truth_of)

WEEKS = 8
HOUR, DAY = 3600, 86400
ME = ("Alice Hartmann", "alice@example.org", 60)
PEOPLE = {   # name, address, minutes east, charset of headers
    "ben": ("Ben Okafor", "ben.okafor@example.com", 0, "utf-8"),
    "chiara": ("Chiara Rossi", "chiara@rossi.example", 60, "utf-8"),
    "juergen": ("Jürgen Weiß", "j.weiss@example.net", 60, "iso-8859-1"),
    "zoe": ("Zoé Lefèvre", "zoe.lefevre@example.com", 60, "iso-8859-15"),
    "haruki": ("田中 春樹", "tanaka@kyoto.example", 540, "iso-2022-jp"),
    "mei": ("陳美玲", "meiling.chen@taipei.example", 480, "utf-8"),
    "anna": ("Анна Соколова", "anna@sokolova.example", 180, "koi8-r"),
    "nikos": ("Νίκος Παππάς", "nikos@pappas.example", 120, "utf-8"),
    "layla": ("ليلى منصور", "layla@mansour.example", 120, "utf-8"),
    "priya": ("प्रिया शर्मा", "priya@sharma.example", 330, "utf-8"),
    "minji": ("김민지", "minji@seoul.example", 540, "euc-kr"),
    "tiago": ("Tiago Araújo", "tiago@araujo.example", -180, "utf-8"),
    "lucia": ("Lucía Fernández", "lucia@fernandez.example", 60, "utf-8"),
    "sam": ("Sam Taylor", "sam@example.com", -300, "utf-8"),
    "noa": ("נועה לוי", "noa@levi.example", 120, "utf-8"),
}

# Talks: subject, attachment or None, then (who, text) in turn; "me" is Alice.
TALKS = [
    ("Lunch on Thursday?", None, [
        ("ben", "Hi Alice,\n\nare you in town on Thursday? The new place by the canal does a\n"
                "lunch menu, and I owe you one since the conference.\n\nBen"),
        ("me", "Thursday works. Half past twelve? I have a call at two.\n\nAlice"),
        ("ben", "Half past twelve it is. I booked the table by the window.\n\nBen")]),
    ("Fotos vom Ausflug zum Bodensee", "png", [
        ("juergen", "Liebe Alice,\n\nanbei zwei Bilder von unserem Ausflug. Das Wetter hätte\n"
                    "besser sein können, aber schön war es trotzdem. Übrigens: dein Schirm\n"
                    "liegt noch bei mir im Auto.\n\nViele Grüße\nJürgen"),
        ("me", "Danke, die sind großartig geworden! Den Schirm hole ich am Samstag ab.")]),
    ("La réunion de vendredi est déplacée", "txt", [
        ("zoe", "Bonjour Alice,\n\nla réunion de vendredi est déplacée à lundi, dix heures.\n"
                "Peux-tu préparer les chiffres du trimestre ? J'ai joint l'ordre du jour\n"
                "de la dernière fois.\n\nÀ bientôt,\nZoé"),
        ("me", "Bonjour Zoé,\n\nc'est noté, les chiffres seront prêts.\n\nAlice")]),
    ("京都旅行の予定について", "ics", [
        ("haruki", "アリスさん\n\n来月の京都旅行の予定をまとめました。\n"
                   "一日目は清水寺、二日目は嵐山を回りましょう。\n\n田中"),
        ("me", "田中さん\n\nありがとうございます。楽しみにしています。\n\nアリス")]),
    ("關於下週的報告", "pdf", [
        ("mei", "Alice 您好：\n\n附件是下週報告的草稿，請您過目。\n如有修改意見，請在星期四以前告訴我。"
                "\n\n美玲")]),
    ("Приглашение на выставку", None, [
        ("anna", "Алиса, привет!\n\nВ субботу открывается выставка в музее, у меня есть два\n"
                 "билета. Пойдём вместе? Начало в шесть часов вечера.\n\nАнна"),
        ("me", "С удовольствием! Встретимся у входа.\n\nАлиса")]),
    ("Το σπίτι στη Νάξο", None, [
        ("nikos", "Γεια σου Αλίκη,\n\nτο σπίτι στη Νάξο είναι ελεύθερο την πρώτη εβδομάδα του\n"
                  "μήνα. Να το κρατήσω για εσάς;\n\nΝίκος")]),
    ("موعد الترجمة", None, [
        ("layla", "مرحباً أليس،\n\nانتهيت من ترجمة الفصل الثالث، وسأرسل الفصل الرابع يوم الأحد.\n\n"
                  "مع التحية\nليلى")]),
    ("दिवाली की शुभकामनाएँ", None, [
        ("priya", "प्रिय एलिस,\n\nआपको और आपके परिवार को हार्दिक शुभकामनाएँ। जल्दी मिलते हैं!\n\nप्रिया")]),
    ("회의 자료를 보내드립니다", "txt", [
        ("minji", "앨리스 님, 안녕하세요.\n\n내일 회의 자료를 첨부합니다. 확인 부탁드립니다.\n\n김민지 드림")]),
    ("Relatório e café ☕", "pdf", [
        ("tiago", "Olá Alice,\n\no relatório está em anexo. A última página ainda não está pronta,\n"
                  "falta o gráfico de março. Café amanhã?\n\nAbraço,\nTiago"),
        ("me", "Olá Tiago, recebi, obrigada! Café às dez.\n\nAlice")]),
    ("¿Vienes al concierto el sábado?", None, [
        ("lucia", "¡Hola Alice!\n\nTengo una entrada de más para el concierto del sábado.\n"
                  "¿Te apuntas? Empieza a las nueve.\n\nUn abrazo,\nLucía"),
        ("me", "¡Claro que sí! ¿Quedamos a las ocho?"),
        ("lucia", "A las ocho en la puerta principal. ¡Qué ilusión! 🎶")]),
    ("מתכון לעוגת גבינה", "txt", [
        ("noa", "היי אליס,\n\nהנה המתכון שביקשת. כדאי להכין יום לפני.\n\nנועה")]),
    ("Keys for the flat", None, [
        ("sam", "Hey,\n\nthe keys are with the neighbour on the second floor (ring twice).\n"
                "Water the lemon tree, please, it sulks.\n\nSam"),
        ("me", "Will do. Have a good trip!\n\nAlice"),
        ("sam", "You are the best. Postcard follows. 🍋")]),
    ("Re-reading chapter 7", "txt", [
        ("chiara", "Cara Alice,\n\nI read chapter 7 again on the train. The middle part could go,\n"
                   "the rest is lovely. My notes are attached.\n\nChiara"),
        ("me", "You are right about the middle part. I hate it when you are right.\n\nA."),
        ("chiara", "Everybody does.\n\nC.")]),
]

LIST_TOPICS = [
    ("Best time to repot a fig?", ["When is the best time to repot a fig that has outgrown its tub?",
     "Early spring, before it wakes up. Cut a third of the roots.",
     "I did mine in June by mistake and it lived. Figs forgive."]),
    ("Watering while away", ["Three weeks away in August. What do you do with the tomatoes?",
     "Clay cones and a bottle each. Test it a week before.",
     "Bribe a neighbour with the first harvest."]),
    ("Slugs, again", ["They ate the lettuce to the ground. Ideas without poison?",
     "Boards on the ground, collect them in the morning.", "Ducks."]),
    ("Seed swap on the 14th", ["The hall is booked from ten to four. Bring labels!",
     "I have plenty of beans and some odd pumpkins.",
     "Is there coffee?", "There is always coffee."]),
    ("Compost too wet", ["Mine smells like a pond. Help?", "Cardboard, torn, and turn it weekly.",
     "And leave the lid open when the sun shines."]),
    ("Pruning workshop: notes", ["Notes of Saturday's workshop are below. Thank you all for coming.",
     "Could somebody post the drawing of the espalier?"]),
]

SHOPS = [("Lemon Books", "orders@lemonbooks.example", ["The Sea Atlas", "Letters in Winter",
                                                       "A Field Guide to Clouds"]),
         ("Nordic Rail", "tickets@nordicrail.example", ["Oslo S - Bergen, 2nd class",
                                                        "Seat reservation, window"]),
         ("Kitchen & Co", "shop@kitchenco.example", ["Cast iron pan 28 cm", "Whisk",
                                                     "Linen towels, set of 3"]),
         ("Café Zürich", "quittung@cafezuerich.example", ["Crème brûlée", "Kaffee, 1 kg"])]

NEWSLETTERS = [
    ("The Slow Weekend", "hello@slowweekend.example", [
        "Seven walks that end at a bakery", "In praise of the long breakfast",
        "Which pencil? A strongly held opinion", "Letters from readers: small joys",
        "How to fold a map", "The quietest museums of Europe"]),
    ("Protocol Weekly", "editor@protocolweekly.example", [
        "Forty years of store and forward", "Why your calendar is wrong by one hour",
        "Literals, explained with cake", "What a semicolon can do", "Time zones: a reckoning",
        "The return of plain text"]),
    ("Musée des Étoiles", "nouvelles@musee-etoiles.example", [
        "Nuit des étoiles filantes", "L'éclipse, heure par heure",
        "Nouvelle exposition : « Poussières »", "Un télescope dans votre jardin"]),
]

MEETINGS = [("zoe", "Quarterly numbers", "Room 4"), ("ben", "Design review", "Video call"),
            ("juergen", "Geburtstag: 50 Jahre Jürgen", "Seestraße 12"),
            ("chiara", "Choir practice", "St. Mary's hall"), ("sam", "Call about the flat", ""),
            ("zoe", "Déjeuner d'équipe", "Le Petit Café"), ("tiago", "Revisão do relatório", ""),
            ("mei", "Budget 2nd half", "Room 7"), ("minji", "Kick-off", "Video call"),
            ("lucia", "Clase de guitarra", "Calle Mayor 3")]

MACHINES = [("Build Robot", "robot@build.example", "[build] #{n} {state}: library",
             ["passed in {k} s", "failed in test/parse, 1 of {n} tests"], ["passed", "FAILED"]),
            ("Backup", "backup@nas.example", "Backup report: {state}",
             ["{n} files, {k} GB, no errors", "{n} files, 3 could not be read"],
             ["complete", "finished with warnings"]),
            ("Door Camera", "camera@home.example", "Motion at the front door ({state})",
             ["A cat, probably.", "A parcel, {k} minutes ago."], ["low", "high"])]


# ---- small files ------------------------------------------------------------------------

def png(rng, size=48):
    """A little picture: a disc on a gradient."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    a, b, disc = (rng.randrange(256), rng.randrange(256)), rng.randrange(256), rng.randbytes(3)
    rows = b""
    for y in range(size):
        rows += b"\0"
        for x in range(size):
            inside = (x - size / 2) ** 2 + (y - size / 2) ** 2 < (size / 3) ** 2
            rows += disc if inside else bytes([a[0] * y // size, a[1] * x // size, b])
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def pdf(lines):
    """One page of Helvetica; ASCII only."""
    text = "BT /F1 14 Tf 60 760 Td 20 TL " + " ".join(
        "(%s) '" % line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        for line in lines) + " ET"
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
               "/Resources << /Font << /F1 5 0 R >> >> >>",
               "<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
               "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out, at = "%PDF-1.4\n", []
    for i, body in enumerate(objects, 1):
        at.append(len(out))
        out += f"{i} 0 obj\n{body}\nendobj\n"
    xref = len(out)
    out += f"xref\n0 {len(at) + 1}\n0000000000 65535 f \n"
    out += "".join("%010d 00000 n \n" % n for n in at)
    out += f"trailer << /Size {len(at) + 1} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n"
    return out.encode("ascii")


def ics(method, uid, summary, start, hours, organizer, place):
    def stamp(seconds):
        return local(seconds, 0).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//demo//EN",
             f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{stamp(start - 21 * DAY)}",
             f"DTSTART:{stamp(start)}", f"DTEND:{stamp(start + hours * HOUR)}",
             f"SUMMARY:{summary}", f"LOCATION:{place}", f"ORGANIZER:mailto:{organizer}",
             f"ATTENDEE;RSVP=TRUE:mailto:{ME[1]}", "END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


# ---- messages ---------------------------------------------------------------------------

def text(content, subtype="plain", params=()):
    """A text part in the encoding that such text usually has."""
    data = content.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    if data.isascii():
        return Leaf("text", subtype, data, params=[("charset", "us-ascii"), *params],
                    encoding="7bit")
    params = [("charset", "utf-8"), *params]
    if sum(c > 127 for c in data) * 3 > len(data):
        return Leaf("text", subtype, base64_lines(data), data, params, encoding="base64")
    return Leaf("text", subtype, quoted_printable(data), data, params,
                encoding="quoted-printable")


def attached(kind, subtype, name, data, inline=None):
    where = ("inline" if inline else "attachment", [("filename", name)])
    return Leaf(kind, subtype, base64_lines(data), data, [("name", name)], encoding="base64",
                id=inline, disposition=where, filename=name)


def words(value, charset="utf-8"):
    """A header's text: as it is, or in encoded-words."""
    if value.isascii():
        return value.encode()
    try:
        value.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    form = "Q" if sum(ord(c) > 127 for c in value) * 3 < len(value) else "B"
    return b"\r\n ".join(encoded_words(value, charset, form))


class Inbox:
    def __init__(self, seed, now):
        self.random, self.now = random.Random(f"demo:{seed}"), now
        self.start = now - WEEKS * 7 * DAY
        self.mail = []          # (seconds, Message, flags, zone, subject, kind)
        self.serial = 0
        self.decks = {}

    def draw(self, items):
        """One of items, none twice before all had their turn."""
        deck = self.decks.setdefault(id(items), [])
        if not deck:
            deck += self.random.sample(items, len(items))
        return deck.pop()

    def boundary(self):
        return "=_" + self.random.randbytes(12).hex()

    def multi(self, subtype, *parts, **more):
        return Multi(subtype, self.boundary(), list(parts), epilogue=b"", **more)

    def identity(self, host):
        self.serial += 1
        return f"<{self.random.randbytes(6).hex()}.{self.serial}@{host}>"

    def between(self, low=0.0, high=1.0):
        span = self.now - 4 * HOUR - self.start
        return self.start + int(span * self.random.uniform(low, high))

    def person(self, who):
        name, address, zone, *charset = who
        mailbox, host = address.split("@")
        raw = words(name, *charset)
        if raw != name.encode():
            raw = raw.replace(b"\r\n", b"")
            name = raw.decode()
            return Addresses().add(mailbox, host, name, raw)
        return Addresses().add(mailbox, host, name)

    def add(self, seconds, who, subject, part, kind, to=(ME,), thread=(), extra=(), flags=None,
            cc=None, sender=None, **more):
        """One message; thread is the Message-IDs before it. Gives its own."""
        host, zone = who[1].split("@")[1], who[2]
        people = Addresses()
        for one in to:
            other = self.person(one)
            people.raw += other.raw
            people.truth += other.truth
        identity = self.identity(host)
        fields = {"from_": self.person(who), "to": people,
                  "subject": words(subject, who[3] if len(who) > 3 else "utf-8"),
                  "date": header_date(seconds, zone).encode(),
                  "message_id": identity.encode()}
        lines = [field("Received", f"from mx.{host} by mail.example.org with ESMTPS;\r\n "
                       + header_date(seconds + 2, 0))]
        lines += [field("From", fields["from_"].value()), field("To", people.value())]
        if cc:
            fields["cc"] = self.person(cc)
            lines.append(field("Cc", fields["cc"].value()))
        if sender:
            fields["sender"] = self.person(sender)
            lines.append(field("Sender", fields["sender"].value()))
        lines += [field("Subject", fields["subject"]), field("Date", fields["date"]),
                  field("Message-ID", identity)]
        if thread:
            fields["in_reply_to"] = thread[-1].encode()
            lines += [field("In-Reply-To", thread[-1]),
                      field("References", "\r\n ".join(thread))]
        lines += [field(*pair) for pair in extra]
        message = Message(lines, part, envelope(**fields), **more)
        if flags is None:
            flags = self.flags(seconds, who, kind)
        self.mail.append((seconds, message, flags, zone, subject, kind))
        return identity

    def flags(self, seconds, who, kind):
        """What is older is mostly read; what Alice wrote is."""
        if who == ME:
            return ["\\Seen"]
        age = (self.now - seconds) / (WEEKS * 7 * DAY)
        flags = ["\\Seen"] if self.random.random() < 0.35 + 2 * age else []
        if kind != "machine" and self.random.random() < 0.07:
            flags.append("\\Flagged")
        if flags and self.random.random() < 0.06:
            flags.append("$Forwarded")
        return flags

    # kinds

    def talk(self, subject, file, turns):
        when, thread, before = self.between(), [], ""
        for i, (who, content) in enumerate(turns):
            sender = ME if who == "me" else PEOPLE[who]
            other = next(PEOPLE[w] for w, _ in turns if w != "me")
            body = content
            if before:
                body += "\n\n" + "\n".join("> " + line if line else ">"
                                           for line in before.split("\n"))
            part = text(body)
            if i == 0 and file:
                part = self.multi("mixed", part, *self.files(file, subject))
            if i == 0 and not file and self.random.random() < 0.4:
                html = "".join(f"<p>{line}</p>\n" for line in content.split("\n") if line)
                part = self.multi("alternative", part, text(f"<html><body>\n{html}</body></html>\n",
                                                           "html"))
            flags = None
            if who != "me" and i + 1 < len(turns):
                flags = ["\\Seen", "\\Answered"]
            thread.append(self.add(min(when, self.now - HOUR), sender,
                                   "Re: " + subject if i else subject, part, "talk",
                                   to=(other if who == "me" else ME,), thread=thread[:],
                                   flags=flags))
            when += self.random.randrange(HOUR // 2, 30 * HOUR)
            before = content

    def files(self, kind, subject):
        if kind == "png":
            return [attached("image", "png", f"bild-{i}.png", png(self.random)) for i in (1, 2)]
        if kind == "pdf":
            return [attached("application", "pdf", "draft.pdf",
                             pdf(["Draft", "", "First page of the report.", "More to follow."]))]
        if kind == "ics":
            return [attached("text", "calendar", "kyoto.ics",
                             ics("PUBLISH", "kyoto@kyoto.example", "Kyoto", self.now + 30 * DAY,
                                 48, "tanaka@kyoto.example", "Kyoto"))]
        return [attached("text", "plain", "notes.txt", b"Notes\r\n=====\r\n\r\n1. flour\r\n2. sugar\r\n")]

    def mailing_list(self):
        subject, turns = self.draw(LIST_TOPICS)
        address = ("Allotment Talk", "talk@allotment.example", 0)
        owner = ("Allotment Talk", "talk-bounces@allotment.example", 0)
        extra = [("List-Id", "Allotment Talk <talk.allotment.example>"),
                 ("List-Post", "<mailto:talk@allotment.example>"),
                 ("List-Unsubscribe", "<mailto:talk-leave@allotment.example>"),
                 ("Precedence", "list")]
        when, thread = self.between(), []
        writers = self.random.sample([p for p in PEOPLE.values()], len(turns))
        for i, (who, content) in enumerate(zip(writers, turns)):
            body = content + "\n\n-- \nAllotment Talk, since 1987\n"
            thread.append(self.add(min(when, self.now - HOUR), who,
                                   ("Re: " if i else "") + "[allotment] " + subject, text(body),
                                   "list", to=(address,), thread=thread[:], extra=extra,
                                   sender=owner))
            when += self.random.randrange(HOUR // 3, 20 * HOUR)

    def newsletter(self):
        name, address, titles = self.draw(NEWSLETTERS)
        title = self.draw(titles)
        link = f"https://{address.split('@')[1]}/{self.random.randrange(100, 999)}"
        image = f"<{self.random.randbytes(5).hex()}@{address.split('@')[1]}>"
        html = (f"<html><body style=\"font-family: serif\">\n<img src=\"cid:{image[1:-1]}\" alt=\"\">\n"
                f"<h1>{title}</h1>\n<p>Dear reader, this week: <b>{title}</b>.</p>\n"
                f"<p><a href=\"{link}\">Read on</a></p>\n</body></html>\n")
        plain = f"{name}\n\n{title}\n\nRead on: {link}\n"
        part = self.multi("alternative", text(plain), self.multi(
            "related", text(html, "html"),
            attached("image", "png", "head.png", png(self.random, 64), inline=image)))
        self.add(self.between(), (name, address, 60), title, part, "newsletter",
                 extra=[("List-Unsubscribe", f"<{link}/leave>"),
                        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")])

    def receipt(self):
        name, address, goods = self.draw(SHOPS)
        number = self.random.randrange(10000, 99999)
        items = self.random.sample(goods, self.random.randrange(1, len(goods) + 1))
        prices = [self.random.randrange(290, 8900) for _ in items]
        rows = [f"{item:<34}{price / 100:>9.2f} EUR" for item, price in zip(items, prices)]
        total = f"{'Total':<34}{sum(prices) / 100:>9.2f} EUR"
        body = "\n".join([f"Thank you for your order {number}.", "", *rows, "-" * 47, total, "",
                          "The receipt is attached.", "", name])
        page = [f"Receipt {number}", ""] + [row.encode("ascii", "replace").decode()
                                            for row in rows + [total]]
        self.add(self.between(), (name, address, 60), f"Your order {number} at {name}",
                 self.multi("mixed", text(body),
                            attached("application", "pdf", f"receipt-{number}.pdf", pdf(page))),
                 "receipt")

    def invitation(self):
        name, title, place = self.draw(MEETINGS)
        who = PEOPLE[name]
        when = self.between()
        start = when // DAY * DAY + self.random.randrange(2, 20) * DAY + 14 * HOUR
        uid = self.random.randbytes(8).hex() + "@" + who[1].split("@")[1]
        event = ics("REQUEST", uid, title, start, 1, who[1], place)
        day = local(start, 60).strftime("%A, %d.%m.%Y, %H:%M")
        part = self.multi(
            "mixed", self.multi("alternative",
                                text(f"{title}\n\nWhen: {day}\nWhere: {place}\n"),
                                text(event.decode(), "calendar", [("method", "REQUEST")])),
            attached("application", "ics", "invite.ics", event))
        self.add(when, who, "Invitation: " + title, part, "invitation")

    def machine(self):
        name, address, subject, bodies, states = self.draw(MACHINES)
        bad = self.random.random() < 0.25
        values = {"n": self.random.randrange(200, 5000), "k": self.random.randrange(3, 90),
                  "state": states[bad]}
        part = text(bodies[bad].format(**values) + "\n")
        if name == "Door Camera":
            part = self.multi("mixed", part, attached("image", "png", "door.png",
                                                      png(self.random, 32)))
        when = self.between()
        if name == "Backup":
            rows = "day,files\r\n" + "".join(f"{i},{self.random.randrange(900)}\r\n"
                                             for i in range(1, 8))
            part = self.multi("mixed", part, attached("text", "csv", "backup.csv", rows.encode()))
        self.add(when, (name, address, 0), subject.format(**values), part, "machine",
                 extra=[("Auto-Submitted", "auto-generated")])

    def bounce(self):
        lost = "From: Alice Hartmann <alice@example.org>\r\nTo: old.friend@example.net\r\n" \
               "Subject: Are you still there?\r\n"
        status = "Reporting-MTA: dns; mail.example.org\r\n\r\nFinal-Recipient: rfc822; " \
                 "old.friend@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        part = self.multi(
            "report", text("Your message could not be delivered: no such user here.\n"),
            Leaf("message", "delivery-status", status.encode()),
            Leaf("text", "rfc822-headers", lost.encode()),
            params=[("report-type", "delivery-status")])
        self.add(self.between(), ("Mail Delivery System", "mailer-daemon@mail.example.org", 0),
                 "Undelivered Mail Returned to Sender", part, "bounce",
                 extra=[("Auto-Submitted", "auto-replied")])

    def fill(self, count):
        for talk in TALKS:
            self.talk(*talk)
        self.bounce()
        kinds = [self.mailing_list, self.newsletter, self.newsletter, self.receipt,
                 self.receipt, self.invitation, self.machine, self.machine, self.machine]
        while len(self.mail) < count:
            self.random.choice(kinds)()
        # The newest are kept, in order of time.
        self.mail.sort(key=lambda entry: entry[0])
        del self.mail[:max(0, len(self.mail) - count)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("outdir")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--now", type=datetime.date.fromisoformat,
                        default=datetime.date.today(), metavar="YYYY-MM-DD")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    # The end of the inbox is the start of the day --now, so that nothing is in the future.
    now = (options.now - datetime.date(1970, 1, 1)).days * DAY
    inbox = Inbox(options.seed, now)
    inbox.fill(options.count)
    os.makedirs(options.outdir, exist_ok=True)
    for number, (seconds, message, flags, zone, subject, kind) in enumerate(inbox.mail, 1):
        data, truth = truth_of(message, "%06d" % number, kind, flags, seconds, zone, subject)
        path = os.path.join(options.outdir, truth["name"])
        with open(path + ".eml", "wb") as file:
            file.write(data)
        with open(path + ".json", "w", encoding="utf-8") as file:
            json.dump(truth, file, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
