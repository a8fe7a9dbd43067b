-- Whether the certificate that signed a device's answer leads to the authority of its maker. Anybody makes one that does not.
alter table enrolled_devices add column verified boolean not null default false;
