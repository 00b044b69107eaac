create schema unused;
