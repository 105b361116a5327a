CREATE INDEX "Room.floor" ON room(floor);
CREATE INDEX "Booking.user,starts desc" ON booking(user, starts DESC);
CREATE INDEX "Booking.room" ON booking(room);
CREATE INDEX "Booking.helper" ON booking(helper);
CREATE INDEX "Booking.starts" ON booking(starts);
CREATE INDEX "Booking.price desc,starts" ON booking(price DESC, starts);
CREATE INDEX "Booking.note,room" ON booking(note, room);
